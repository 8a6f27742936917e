// The delay server's event handling. What is sent is reply.cpp's business, when is the owner's.
#include "delayserver/server.hpp"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <variant>

namespace delayserver {
namespace {

constexpr ConnectionId listener_token = 0;  // connections count from 1
constexpr std::size_t receive_size = std::size_t{64} * 1024;

// Bounds on what one client can make us do or hold.
constexpr int rounds_per_pump = 1024;
constexpr int accepts_per_round = 256;
constexpr std::size_t max_pipelined = 1024;
constexpr std::size_t max_drained_bytes = std::size_t{16} * 1024 * 1024;
constexpr std::size_t max_draining = 1024;

bool peer_is_gone(int error) {
    return error == ECONNRESET || error == EPIPE || error == ETIMEDOUT || error == ENOTCONN ||
           error == EHOSTUNREACH || error == ENETUNREACH || error == ECONNABORTED;
}

bool try_again(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

template <typename Value>
void set_option(const Descriptor& socket, int level, int option, const Value& value) {
    if (::setsockopt(socket.get(), level, option, &value, sizeof value) == -1) {
        throw_errno("setsockopt");
    }
}

void control(const Descriptor& epoll, int operation, const Descriptor& socket, std::uint32_t events,
             std::uint64_t token) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = token;
    if (::epoll_ctl(epoll.get(), operation, socket.get(), &event) == -1) {
        throw_errno("epoll_ctl");
    }
}

sockaddr_in socket_address(const std::string& host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
        throw std::system_error(EINVAL, std::generic_category(),
                                "inet_pton: \"" + host + "\" is not a dotted IPv4 address");
    }
    return address;
}

std::uint16_t bound_port(const Descriptor& socket) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) == -1) {
        throw_errno("getsockname");
    }
    return ntohs(address.sin_port);
}

void check_pieces(Reply& reply) {
    if (reply.piece_ends.empty()) {
        reply.piece_ends.push_back(reply.bytes.size());
    }
    if (!std::is_sorted(reply.piece_ends.begin(), reply.piece_ends.end()) ||
        reply.piece_ends.back() != reply.bytes.size()) {
        throw std::logic_error("piece_ends must ascend to the size of the reply");
    }
}

}  // namespace

Server::Server(Options options)
    : options_(std::move(options)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"),
      received_(receive_size) {
    if (!options_.clock) {
        throw std::invalid_argument("a delay server needs a clock");
    }
    if (!options_.compose_reply) {
        options_.compose_reply = [](const Request& request, std::uint64_t) {
            return compose(request, "");
        };
    }
    const auto address = socket_address(options_.host, options_.port);
    const auto name = options_.host + ":" + std::to_string(options_.port);
    // So that a restart doesn't have to wait for the last run's connections in TIME_WAIT.
    set_option(listener_, SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
        -1) {
        throw_errno("bind " + name);
    }
    if (::listen(listener_.get(), options_.backlog) == -1) {
        throw_errno("listen " + name);
    }
    port_ = bound_port(listener_);
    control(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN, listener_token);
}

bool Server::pump() {
    bool happened = false;
    if (accept_paused_) {
        watch_listener(true);
    }
    std::array<epoll_event, 256> events{};
    for (int round = 0; round < rounds_per_pump; ++round) {
        const int count =
            ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
        if (count == -1 && errno != EINTR) {
            throw_errno("epoll_wait");
        }
        if (count == 0) {
            break;
        }
        for (int i = 0; i < count; ++i) {
            // Copies, since epoll_event is packed and a reference to its member may be misaligned.
            const auto event = events[static_cast<std::size_t>(i)];
            const std::uint64_t token = event.data.u64;
            if (token == listener_token) {
                happened |= accept_some();
            } else if (const auto found = connections_.find(token); found != connections_.end()) {
                // An earlier event of this batch may have removed it.
                happened = true;
                handle(found->second, event.events);
                settle(found->second);
            }
        }
    }
    return happened;
}

std::vector<Server::Due> Server::due() const {
    std::vector<Due> list;
    list.reserve(due_.size());
    for (const auto& [key, id] : due_) {
        const auto& sending = connections_.at(id).sending;
        const bool last =
            sending && sending->pieces_released + 1 == sending->reply.piece_ends.size();
        list.push_back({id, key.second, key.first, !sending, last});
    }
    return list;
}

std::optional<std::chrono::nanoseconds> Server::next_due() const {
    if (due_.empty()) {
        return std::nullopt;
    }
    return due_.begin()->first.first;
}

void Server::release(ConnectionId id) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) {
        return;
    }
    auto& connection = found->second;
    if (!connection.due_key) {
        throw std::logic_error("nothing of connection " + std::to_string(id) + " is due");
    }
    if (connection.sending) {
        ++connection.sending->pieces_released;
        connection.sending->next_at = options_.clock() + connection.sending->reply.between;
    } else {
        start_reply(connection);
    }
    flush(connection);
    settle(connection);
}

bool Server::release_due() {
    const auto now = options_.clock();
    bool happened = false;
    while (!due_.empty() && due_.begin()->first.first <= now) {
        release(due_.begin()->second);
        happened = true;
    }
    return happened;
}

bool Server::unsent(ConnectionId id) const {
    const auto found = connections_.find(id);
    return found != connections_.end() && found->second.sending && found->second.sending->unsent();
}

void Server::stop_listening() {
    if (!listener_) {
        return;
    }
    control(epoll_, EPOLL_CTL_DEL, listener_, 0, listener_token);
    accept_paused_ = false;
    listener_ = Descriptor();
}

bool Server::accept_some() {
    bool happened = false;
    for (int i = 0; i < accepts_per_round; ++i) {
        sockaddr_in peer{};
        socklen_t length = sizeof peer;
        Descriptor socket(::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&peer), &length,
                                    SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket) {
            happened = true;
            // A piece is a segment of its own, not held back until the one before is acknowledged.
            set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
            const auto id = ++last_id_;
            auto& connection =
                connections_.emplace(id, Connection{id, std::move(socket)}).first->second;
            control(epoll_, EPOLL_CTL_ADD, connection.socket, 0, id);
            settle(connection);
            if (options_.observer != nullptr) {
                options_.observer->accepted(id, peer);
            }
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            // The connection stays in the backlog, and a level-triggered listener would report it
            // for ever.
            watch_listener(false);
            return happened;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return happened;
        } else if (errno != EINTR && errno != EPROTO && !peer_is_gone(errno)) {
            throw_errno("accept4");
        }
    }
    return happened;
}

void Server::watch_listener(bool watch) {
    accept_paused_ = !watch;
    control(epoll_, EPOLL_CTL_MOD, listener_, watch ? std::uint32_t{EPOLLIN} : 0, listener_token);
}

void Server::handle(Connection& connection, std::uint32_t events) {
    // An error or hang-up is left to recv() where we read, since the bytes before it count.
    if (wants_input(connection)) {
        if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) {
            receive(connection);
        }
    } else if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        close(connection, true);
    }
    if ((events & EPOLLOUT) != 0 && connection.phase != Phase::closed) {
        flush(connection);
    }
}

void Server::receive(Connection& connection) {
    const auto count = ::recv(connection.socket.get(), received_.data(), received_.size(), 0);
    if (count == -1) {
        if (peer_is_gone(errno)) {
            close(connection, true);
        } else if (!try_again(errno)) {
            throw_errno("recv");
        }
        return;
    }
    const auto size = static_cast<std::size_t>(count);
    connection.end_of_input = size == 0;
    if (connection.last_request_read) {
        throw_away(connection, size);
    }
    if (connection.phase == Phase::serving) {
        if (!connection.last_request_read) {
            connection.input.append(received_.data(), size);
            parse(connection);
        }
        take_next_step(connection);
        return;
    }
    connection.drained += size;
    const bool enough =
        connection.phase == Phase::draining && connection.drained > max_drained_bytes;
    if (connection.end_of_input || enough) {
        close(connection, false);
    }
}

void Server::parse(Connection& connection) {
    std::string_view rest = connection.input;
    while (!connection.last_request_read && connection.parked.size() < max_pipelined) {
        auto parsed = parse_request(rest);
        if (auto* complete = std::get_if<Complete>(&parsed)) {
            rest.remove_prefix(complete->consumed);
            connection.last_request_read = !complete->request.keep_alive;
            const auto at = options_.clock() + complete->request.delay;
            connection.parked.push_back({++last_number_, at, std::move(complete->request)});
            ++parked_;
            if (options_.observer != nullptr) {
                options_.observer->requested(connection.id, last_number_,
                                             connection.parked.back().request);
            }
        } else if (auto* refusal = std::get_if<Refusal>(&parsed)) {
            connection.last_request_read = true;
            if (options_.observer != nullptr) {
                options_.observer->refused(connection.id, *refusal);
            }
            connection.refusal = std::move(*refusal);
        } else {
            break;
        }
    }
    if (connection.last_request_read) {
        throw_away(connection, rest.size());
        rest = {};
    }
    // A fresh string, so that a parked connection holds no buffer.
    connection.input = std::string(rest);
}

void Server::throw_away(const Connection& connection, std::size_t bytes) {
    if (bytes > 0 && options_.observer != nullptr) {
        options_.observer->surplus(connection.id, bytes);
    }
}

void Server::start_reply(Connection& connection) {
    const auto& head = connection.parked.front();
    auto reply = options_.compose_reply(head.request, head.number);
    check_pieces(reply);
    const auto next_at = options_.clock() + reply.between;
    connection.sending.emplace(Sending{head.number, std::move(reply), next_at});
    connection.parked.pop_front();
    --parked_;
}

void Server::flush(Connection& connection) {
    if (connection.phase == Phase::resetting) {
        reset_when_transmitted(connection);
        return;
    }
    if (!connection.sending) {
        return;
    }
    auto& sending = *connection.sending;
    while (sending.unsent()) {
        // Where the end follows at once it travels with the last bytes, in one segment.
        const bool end_follows =
            sending.all_released() && sending.reply.after == Reply::After::close;
        const auto count = ::send(
            connection.socket.get(), sending.reply.bytes.data() + sending.sent,
            sending.released_end() - sending.sent, MSG_NOSIGNAL | (end_follows ? MSG_MORE : 0));
        if (count == -1) {
            if (peer_is_gone(errno)) {
                close(connection, true);
            } else if (!try_again(errno)) {
                throw_errno("send");
            }
            return;
        }
        sending.sent += static_cast<std::size_t>(count);
    }
    if (sending.all_released()) {
        complete_reply(connection);
    }
}

void Server::complete_reply(Connection& connection) {
    const auto number = connection.sending->number;
    const auto after = connection.sending->reply.after;
    connection.sending.reset();
    if (number != 0 && options_.observer != nullptr) {
        options_.observer->replied(connection.id, number);
    }
    switch (after) {
        case Reply::After::keep_alive:
            parse(connection);
            if (!connection.parked.empty()) {
                auto& at = connection.parked.front().at;
                at = std::max(at, options_.clock());
            }
            take_next_step(connection);
            break;
        case Reply::After::close:
            start_draining(connection);
            break;
        case Reply::After::wait_for_peer:
            drop_parked(connection);
            connection.phase = Phase::waiting;
            if (connection.end_of_input) {
                close(connection, false);
            }
            break;
        case Reply::After::reset:
            drop_parked(connection);
            connection.phase = Phase::resetting;
            reset_when_transmitted(connection);
            break;
    }
}

// With no reply under way and none parked, a refusal is answered, or the end has come.
void Server::take_next_step(Connection& connection) {
    if (connection.sending || !connection.parked.empty()) {
        return;
    }
    if (connection.refusal) {
        auto reply = compose(*connection.refusal);
        check_pieces(reply);
        connection.sending.emplace(Sending{0, std::move(reply), {}});
        flush(connection);
    } else if (connection.last_request_read) {
        start_draining(connection);
    } else if (connection.end_of_input) {
        close(connection, false);
    }
}

// close() with unread input would send a RST, which can overtake the reply in the peer's kernel
// (RFC 9112, 9.6): so our direction ends first, and the peer's bytes are read until its FIN.
void Server::start_draining(Connection& connection) {
    drop_parked(connection);
    if (connection.end_of_input) {
        close(connection, false);
        return;
    }
    if (::shutdown(connection.socket.get(), SHUT_WR) == -1) {
        if (!peer_is_gone(errno)) {
            throw_errno("shutdown");
        }
        close(connection, true);
        return;
    }
    connection.phase = Phase::draining;
    draining_.insert(connection.id);
}

// A reset throws away what the kernel took but did not transmit, so the reply's bytes go first. The
// low-water mark makes the socket writable no earlier than when all is transmitted (tcp(7)).
void Server::reset_when_transmitted(Connection& connection) {
    int untransmitted = 0;
    if (::ioctl(connection.socket.get(), SIOCOUTQNSD, &untransmitted) == -1) {
        throw_errno("ioctl SIOCOUTQNSD");
    }
    if (untransmitted > 0) {
        set_option(connection.socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1);
        return;
    }
    linger at_once{};
    at_once.l_onoff = 1;
    set_option(connection.socket, SOL_SOCKET, SO_LINGER, at_once);
    close(connection, false);
}

void Server::drop_parked(Connection& connection) {
    parked_ -= connection.parked.size();
    connection.parked.clear();
    connection.refusal.reset();
    connection.input = std::string();
    connection.last_request_read = true;
}

void Server::close(Connection& connection, bool reset_by_peer) {
    connection.phase = Phase::closed;
    connection.reset_by_peer = reset_by_peer;
}

bool Server::wants_input(const Connection& connection) {
    switch (connection.phase) {
        case Phase::serving:
            return !connection.end_of_input && connection.parked.size() < max_pipelined;
        case Phase::waiting:
        case Phase::draining:
            return true;
        case Phase::resetting:
        case Phase::closed:
            break;
    }
    return false;
}

std::uint32_t Server::wanted_events(const Connection& connection) {
    std::uint32_t events = 0;
    if (wants_input(connection)) {
        events |= EPOLLIN;
    }
    if (connection.phase == Phase::resetting ||
        (connection.sending && connection.sending->unsent())) {
        events |= EPOLLOUT;
    }
    return events;
}

std::optional<Server::DueKey> Server::wanted_due_key(const Connection& connection) {
    if (connection.sending) {
        return connection.sending->unsent()
                   ? std::nullopt
                   : std::optional(DueKey(connection.sending->next_at, connection.sending->number));
    }
    if (connection.parked.empty()) {
        return std::nullopt;
    }
    return DueKey(connection.parked.front().at, connection.parked.front().number);
}

void Server::settle(Connection& connection) {
    if (connection.phase == Phase::closed) {
        remove(connection);
    } else {
        if (const auto events = wanted_events(connection); events != connection.interest) {
            control(epoll_, EPOLL_CTL_MOD, connection.socket, events, connection.id);
            connection.interest = events;
        }
        if (const auto key = wanted_due_key(connection); key != connection.due_key) {
            if (connection.due_key) {
                due_.erase(*connection.due_key);
            }
            if (key) {
                due_.emplace(*key, connection.id);
            }
            connection.due_key = key;
        }
    }
    // A peer that never closes may not hold a descriptor for ever; only one is added at a time.
    if (draining_.size() > max_draining) {
        remove(connections_.at(*draining_.begin()));
    }
}

void Server::remove(Connection& connection) {
    const auto id = connection.id;
    const bool reset_by_peer = connection.reset_by_peer;
    drop_parked(connection);
    draining_.erase(id);
    if (connection.due_key) {
        due_.erase(*connection.due_key);
    }
    // A child between fork() and exec() has copies of our descriptors, and a registration lives as
    // long as any of them (epoll(7), Q6).
    control(epoll_, EPOLL_CTL_DEL, connection.socket, 0, id);
    connections_.erase(id);
    if (accept_paused_) {
        watch_listener(true);
    }
    if (options_.observer != nullptr) {
        options_.observer->closed(id, reset_by_peer);
    }
}

}  // namespace delayserver
