// Five requests, one thread, one epoll: the same behaviour as the stage, written independently.
// Level-triggered: interest follows the state of each exchange, and an event is not drained but
// repeated for as long as it holds. Proof that the check accepts other right programs, no lesson.
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <exception>
#include <iterator>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace {

[[noreturn]] void refuse(int error, const std::string& call) {
    throw std::system_error(error, std::generic_category(), call);
}

/// Owns a descriptor.
class Descriptor {
public:
    Descriptor(int number, const char* call) : number_(number) {
        if (number == -1) {
            refuse(errno, call);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        // Linux has freed it whatever close(2) returns.
        static_cast<void>(close(number_));
    }
    int operator*() const { return number_; }

private:
    int number_;
};

/// Writes all of `text`, by write(2) itself since stdio gives up after EINTR.
void print(int stream, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = write(stream, text.data(), text.size());
        if (count >= 0) {
            text.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            refuse(errno, "write");
        }
    }
}

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

/// Looks `host:port` up, IPv4; throws std::runtime_error if there is no such thing.
Address resolve(const std::string& server) {
    const auto colon = server.rfind(':');
    if (colon == std::string::npos) {
        throw std::runtime_error(server + ": expected host:port");
    }
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(server.substr(0, colon).c_str(), server.substr(colon + 1).c_str(),
                                  &hints, &found);
    if (error != 0) {
        throw std::runtime_error(server + ": " + gai_strerror(error));
    }
    Address address;
    address.size = found->ai_addrlen;
    std::copy_n(reinterpret_cast<const char*>(found->ai_addr), found->ai_addrlen,
                reinterpret_cast<char*>(&address.storage));
    freeaddrinfo(found);
    return address;
}

/// Understands a reply byte by byte: lines up to the empty one, then the body.
class ReplyReader {
public:
    void feed(std::string_view bytes) {
        while (in_head_ && !bytes.empty()) {
            const auto size = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
            line_.append(bytes.substr(0, size));
            bytes.remove_prefix(size);
            if (line_.ends_with('\n')) {
                end_line();
            }
        }
        body_.append(bytes);
    }

    /// The server sends no more. Throws std::runtime_error if something is missing.
    void feed_end() {
        if (in_head_ || (length_ && body_.size() < *length_)) {
            throw std::runtime_error("the server closed in the middle of a reply");
        }
        ended_ = true;
    }

    bool complete() const { return ended_ || (!in_head_ && length_ && body_.size() >= *length_); }
    std::string_view body() const {
        return std::string_view(body_).substr(0, length_.value_or(body_.size()));
    }

private:
    void end_line() {
        while (!line_.empty() && std::isspace(static_cast<unsigned char>(line_.back())) != 0) {
            line_.pop_back();
        }
        std::ranges::transform(line_, line_.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        in_head_ = !line_.empty();
        if (std::exchange(first_line_, false) && line_.find(" 200") == std::string::npos) {
            throw std::runtime_error("the server refused: " + line_);
        }
        constexpr std::string_view name = "content-length:";
        if (line_.starts_with(name)) {
            read_length(std::string_view(line_).substr(name.size()));
        }
        line_.clear();
    }

    void read_length(std::string_view text) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
        if (error != std::errc{} || end != text.data() + text.size()) {
            throw std::runtime_error("the server sent no number as Content-Length");
        }
        length_ = length;
    }

    std::string line_;
    std::string body_;
    std::optional<std::size_t> length_;
    bool first_line_ = true;
    bool in_head_ = true;
    bool ended_ = false;
};

std::string request_text(int number, const std::string& server) {
    return "GET /" + std::to_string((6 - number) * 1000) + "/HelloWorld" + std::to_string(number) +
           " HTTP/1.1\r\nHost: " + server + "\r\nConnection: close\r\n\r\n";
}

/// One request and its reply. While anything is unsent it waits for EPOLLOUT, afterwards only for
/// EPOLLIN: a socket is nearly always writable, so that a level-triggered interest in it would
/// wake us without end.
class Exchange {
public:
    Exchange(int number, const std::string& server, const Address& address)
        : socket_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"),
          unsent_(request_text(number, server)),
          what_("connect to " + server) {
        // After EINTR a second call says whether the connection is under way or made (connect(2)).
        const auto* peer = reinterpret_cast<const sockaddr*>(&address.storage);
        while (connect(*socket_, peer, address.size) == -1 && errno != EINPROGRESS &&
               errno != EALREADY && errno != EISCONN) {
            if (errno != EINTR) {
                refuse(errno, what_);
            }
        }
    }

    int socket_number() const { return *socket_; }
    std::uint32_t interest() const { return unsent_.empty() ? EPOLLIN : EPOLLOUT; }
    bool complete() const { return reply_.complete(); }
    std::string_view body() const { return reply_.body(); }

    /// Does what the socket is ready for. True if the interest has changed.
    bool proceed() {
        if (unsent_.empty()) {
            read_some();
            return false;
        }
        check_connection();
        send_some();
        return unsent_.empty();
    }

private:
    void check_connection() const {
        int error = 0;
        socklen_t size = sizeof error;
        if (getsockopt(*socket_, SOL_SOCKET, SO_ERROR, &error, &size) == -1) {
            refuse(errno, "getsockopt");
        }
        if (error != 0) {
            refuse(error, what_);
        }
    }

    void send_some() {
        const ssize_t count = send(*socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
        if (count >= 0) {
            unsent_.erase(0, static_cast<std::size_t>(count));
        } else if (!comes_again()) {
            refuse(errno, "send");
        }
    }

    /// A read that doesn't fill the buffer has left nothing worth another call: if it has, or if
    /// there is an end to be told of, epoll says so again.
    void read_some() {
        std::array<char, 777> buffer;
        ssize_t count = 0;
        do {
            count = recv(*socket_, buffer.data(), buffer.size(), 0);
            if (count == 0) {
                reply_.feed_end();
            } else if (count > 0) {
                reply_.feed({buffer.data(), static_cast<std::size_t>(count)});
            } else if (!comes_again()) {
                refuse(errno, "recv");
            }
        } while (count == std::ssize(buffer) && !complete());
    }

    /// After a failure: the socket stays ready, or will become so, and epoll tells.
    static bool comes_again() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

    Descriptor socket_;
    std::string unsent_;
    std::string what_;
    ReplyReader reply_;
};

/// All exchanges under way, and the epoll that knows each by its address in the list.
class Exchanges {
public:
    void add(int number, const std::string& server, const Address& address) {
        control(EPOLL_CTL_ADD, open_.emplace_back(number, server, address));
    }
    bool empty() const { return open_.empty(); }

    /// Waits for at least one event and deals with all that were told.
    void turn() {
        std::array<epoll_event, 8> events{};
        const int count = epoll_wait(*epoll_, events.data(), static_cast<int>(events.size()), -1);
        if (count == -1 && errno != EINTR) {
            refuse(errno, "epoll_wait");
        }
        for (int i = 0; i < count; ++i) {
            auto& exchange = *static_cast<Exchange*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (exchange.proceed()) {
                control(EPOLL_CTL_MOD, exchange);
            }
            if (exchange.complete()) {
                print(STDOUT_FILENO, "RECEIVED: " + std::string(exchange.body()) + "\n");
                // Closing its only descriptor takes it off the epoll as well.
                open_.remove_if([&](const Exchange& other) { return &other == &exchange; });
            }
        }
    }

private:
    void control(int operation, Exchange& exchange) {
        epoll_event event{.events = exchange.interest(), .data = {.ptr = &exchange}};
        if (epoll_ctl(*epoll_, operation, exchange.socket_number(), &event) == -1) {
            refuse(errno, "epoll_ctl");
        }
    }

    Descriptor epoll_{epoll_create1(EPOLL_CLOEXEC), "epoll_create1"};
    std::list<Exchange> open_;
};

void run(const std::string& server) {
    const Address address = resolve(server);
    Exchanges exchanges;
    // The shortest delay first, contrary to the stage: the order of sending must not matter.
    for (int number = 5; number >= 1; --number) {
        exchanges.add(number, server, address);
    }
    while (!exchanges.empty()) {
        exchanges.turn();
    }
    print(STDOUT_FILENO, "FINISHED\n");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run(argc > 1 ? argv[1] : "127.0.0.1:8080");
        return 0;
    } catch (const std::exception& failure) {
        print(STDERR_FILENO, std::string(failure.what()) + "\n");
        return 1;
    }
}
