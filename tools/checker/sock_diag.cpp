// The netlink messages of sock_diag(7), batched: one request and one answer per socket.
#include "sock_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace checker {
namespace {

struct Request {
    nlmsghdr header;
    inet_diag_req_v2 question;
};

constexpr std::size_t batch_size = 32;  // answers of one batch fit the socket's default buffer

Request make_request(std::uint16_t flags, std::uint32_t sequence) {
    Request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    request.header.nlmsg_seq = sequence;
    request.question.sdiag_family = AF_INET;
    request.question.sdiag_protocol = IPPROTO_TCP;
    request.question.idiag_states = ~0U;
    return request;
}

Request look_up_request(const Endpoints& socket, std::uint32_t sequence, int wanted) {
    Request request = make_request(0, sequence);
    request.question.idiag_ext = static_cast<std::uint8_t>(1U << (wanted - 1));
    auto& id = request.question.id;
    id.idiag_sport = socket.local.sin_port;
    id.idiag_dport = socket.peer.sin_port;
    id.idiag_src[0] = socket.local.sin_addr.s_addr;
    id.idiag_dst[0] = socket.peer.sin_addr.s_addr;
    id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return request;
}

// Calls `take` with every attribute of an answer.
template <typename Take>
void each_attribute(nlmsghdr* header, Take take) {
    auto* answer = static_cast<inet_diag_msg*>(NLMSG_DATA(header));
    auto left = static_cast<int>(header->nlmsg_len - NLMSG_LENGTH(sizeof *answer));
    for (auto* attribute = reinterpret_cast<rtattr*>(answer + 1); RTA_OK(attribute, left);
         attribute = RTA_NEXT(attribute, left)) {
        take(attribute);
    }
}

SocketLook parse_answer(nlmsghdr* header) {
    const auto* answer = static_cast<inet_diag_msg*>(NLMSG_DATA(header));
    SocketLook look;
    look.found = true;
    look.state = static_cast<TcpState>(answer->idiag_state);
    look.receive_queue = answer->idiag_rqueue;
    look.send_queue = answer->idiag_wqueue;
    each_attribute(header, [&look](rtattr* attribute) {
        if (attribute->rta_type == INET_DIAG_INFO) {
            tcp_info info{};
            std::memcpy(&info, RTA_DATA(attribute),
                        std::min<std::size_t>(sizeof info, RTA_PAYLOAD(attribute)));
            look.has_info = true;
            look.sent = info.tcpi_bytes_sent - info.tcpi_bytes_retrans;
            look.received = info.tcpi_bytes_received;
            look.not_sent = info.tcpi_notsent_bytes;
        }
    });
    return look;
}

// Calls `take` with every message that comes, until it says that it has enough.
template <typename Take>
void receive_messages(int netlink, Take take) {
    alignas(nlmsghdr) std::array<char, 65536> buffer;
    for (bool more = true; more;) {
        const ssize_t size =
            checked(::recv(netlink, buffer.data(), buffer.size(), 0), "recv(netlink)");
        auto left = static_cast<unsigned>(size);
        for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data());
             more && NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
            more = take(header);
        }
    }
}

}  // namespace

SockDiag::SockDiag()
    : netlink_(checked(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG),
                       "socket(netlink)")) {}

std::vector<SocketLook> SockDiag::look_up(std::span<const Endpoints> sockets) {
    std::vector<SocketLook> looks(sockets.size());
    for (std::size_t base = 0; base < sockets.size(); base += batch_size) {
        const std::size_t count = std::min(batch_size, sockets.size() - base);
        std::array<Request, batch_size> requests;
        for (std::size_t i = 0; i < count; ++i) {
            requests[i] = look_up_request(sockets[base + i], static_cast<std::uint32_t>(base + i),
                                          INET_DIAG_INFO);
        }
        checked(::send(netlink_.get(), requests.data(), count * sizeof(Request), 0),
                "send(netlink)");
        std::size_t answered = 0;
        receive_messages(netlink_.get(), [&](nlmsghdr* header) {
            if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY && header->nlmsg_seq < looks.size()) {
                looks[header->nlmsg_seq] = parse_answer(header);
            }
            return ++answered < count;
        });
    }
    return looks;
}

bool SockDiag::anyone_connecting_to(std::uint16_t port) {
    Request request = make_request(NLM_F_DUMP, 0);
    request.question.idiag_states = 1U << static_cast<unsigned>(TcpState::syn_sent) |
                                    1U << static_cast<unsigned>(TcpState::syn_received);
    checked(::send(netlink_.get(), &request, sizeof request, 0), "send(netlink)");
    bool found = false;
    receive_messages(netlink_.get(), [&](nlmsghdr* header) {
        if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
            const auto* answer = static_cast<inet_diag_msg*>(NLMSG_DATA(header));
            const bool of_client = static_cast<TcpState>(answer->idiag_state) == TcpState::syn_sent;
            found =
                found || ntohs(of_client ? answer->id.idiag_dport : answer->id.idiag_sport) == port;
        }
        return header->nlmsg_type != NLMSG_DONE && header->nlmsg_type != NLMSG_ERROR;
    });
    return found;
}

std::uint32_t SockDiag::attempts_dropped_at(std::uint16_t port) {
    Endpoints listener{};
    listener.local.sin_port = htons(port);
    listener.local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const Request request = look_up_request(listener, 0, INET_DIAG_SKMEMINFO);
    checked(::send(netlink_.get(), &request, sizeof request, 0), "send(netlink)");
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    receive_messages(netlink_.get(), [&](nlmsghdr* header) {
        if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
            each_attribute(header, [&memory](rtattr* attribute) {
                if (attribute->rta_type == INET_DIAG_SKMEMINFO) {
                    std::memcpy(memory.data(), RTA_DATA(attribute),
                                std::min<std::size_t>(sizeof memory, RTA_PAYLOAD(attribute)));
                }
            });
        }
        return false;
    });
    return memory[SK_MEMINFO_DROPS];
}

}  // namespace checker
