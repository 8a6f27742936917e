// Connects: eight non-blocking connects, poll(2) for their end, then the requests, 1000 to 8000 ms.
// Tricky: a connection under way, or made and not used yet, has nothing outstanding at the server.
// Elapsed: 8000 ms.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "client.hpp"

namespace {

constexpr std::size_t requests = 8;

/// One request as a sequence of readiness events; its socket never blocks.
class Request {
public:
    Request(const sockaddr_in& server, std::size_t number)
        : socket_(fixture::checked_int(
              ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")),
          unsent_(fixture::request_text(fixture::milliseconds{number * 1000},
                                        "HelloWorld" + std::to_string(number))) {
        // After EINTR a second call says whether the connection is under way or made.
        const auto* address = reinterpret_cast<const sockaddr*>(&server);
        while (connect(socket_.get(), address, sizeof server) == -1 && errno != EINPROGRESS &&
               errno != EALREADY && errno != EISCONN) {
            if (errno != EINTR) {
                fixture::checked(-1, "connect");
            }
        }
    }

    bool done() const { return reply_.complete(); }

    pollfd interest() const {
        const bool writing = !unsent_.empty();
        return {.fd = done() ? -1 : socket_.get(),
                .events = static_cast<short>(writing ? POLLOUT : POLLIN),
                .revents = 0};
    }

    void proceed() {
        if (!unsent_.empty()) {
            send_more();
        } else {
            receive_more();
        }
    }

private:
    void send_more() {
        int error = 0;
        socklen_t size = sizeof error;
        fixture::checked(getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size),
                         "getsockopt");
        if (error != 0) {
            throw std::system_error(error, std::generic_category(), "connect");
        }
        const ssize_t sent = send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
        if (!must_try_again(sent)) {
            unsent_.erase(0, static_cast<std::size_t>(fixture::checked(sent, "send")));
        }
    }

    void receive_more() {
        std::array<char, 4096> buffer;
        const ssize_t size = recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (must_try_again(size)) {
            return;
        }
        reply_.take({buffer.data(), static_cast<std::size_t>(fixture::checked(size, "recv"))});
        if (done()) {
            fixture::print_received(reply_.body());
            socket_.reset();
        }
    }

    static bool must_try_again(ssize_t result) {
        return result == -1 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    }

    fixture::Fd socket_;
    std::string unsent_;
    fixture::Reply reply_;
};

/// One poll(2) over all that are not done; returns how many those were.
std::size_t proceed_once(std::vector<Request>& all) {
    std::array<pollfd, requests> waits{};
    std::size_t open = 0;
    for (std::size_t i = 0; i < requests; ++i) {
        waits[i] = all[i].interest();
        open += all[i].done() ? 0 : 1;
    }
    if (open == 0) {
        return 0;
    }
    const int count = poll(waits.data(), waits.size(), -1);
    if (count == -1 && errno == EINTR) {
        return open;
    }
    fixture::checked(count, "poll");
    for (std::size_t i = 0; i < requests; ++i) {
        if (waits[i].revents != 0) {
            all[i].proceed();
        }
    }
    return open;
}

void connect_all_at_once(const sockaddr_in& server) {
    std::vector<Request> all;
    for (std::size_t number = 1; number <= requests; ++number) {
        all.emplace_back(server, number);
    }
    while (proceed_once(all) > 0) {
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, connect_all_at_once);
}
