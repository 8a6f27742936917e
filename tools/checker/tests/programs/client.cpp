// The helpers of client.hpp.
#include "client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace fixture {
namespace {

template <typename Number>
Number parse_number(std::string_view text, const char* what) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw std::invalid_argument(std::string(what) + ": " + std::string(text));
    }
    return number;
}

sockaddr_in parse_address(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        throw std::invalid_argument("no port in: " + std::string(text));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(parse_number<in_port_t>(text.substr(colon + 1), "not a port"));
    const std::string host(text.substr(0, colon));
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
        throw std::invalid_argument("not an IPv4 address: " + host);
    }
    return address;
}

bool same_ignoring_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Fd connect_to(const sockaddr_in& server, int receive_buffer) {
    Fd fd(checked_int(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    if (receive_buffer > 0) {
        checked(setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer),
                "setsockopt");
    }
    // After EINTR the connection goes on without us. On Linux a second call waits for its end, or
    // says that it is made.
    const auto* address = reinterpret_cast<const sockaddr*>(&server);
    while (connect(fd.get(), address, sizeof server) == -1 && errno != EISCONN) {
        if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "connect");
        }
    }
    return fd;
}

void send_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent == -1 && errno == EINTR) {
            continue;
        }
        text.remove_prefix(static_cast<std::size_t>(checked(sent, "send")));
    }
}

/// recv(2) that survives EINTR; empty when `flags` say not to wait and nothing is there.
std::optional<std::size_t> receive(int fd, char* buffer, std::size_t size, int flags) {
    while (true) {
        const ssize_t received = recv(fd, buffer, size, flags);
        if (received == -1 && errno == EINTR) {
            continue;
        }
        if (received == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return std::nullopt;
        }
        return static_cast<std::size_t>(checked(received, "recv"));
    }
}

void tell_failure(const std::exception& failure) {
    write_all(STDERR_FILENO, std::string("fixture: ") + failure.what() + "\n");
}

}  // namespace

ssize_t checked(ssize_t result, const char* call) {
    if (result == -1) {
        throw std::system_error(errno, std::generic_category(), call);
    }
    return result;
}

int checked_int(int result, const char* call) {
    return static_cast<int>(checked(result, call));
}

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

int Fd::release() noexcept {
    return std::exchange(fd_, -1);
}

void Fd::reset() noexcept {
    if (const int fd = release(); fd != -1) {
        // Linux has freed the descriptor whatever close(2) returns.
        static_cast<void>(close(fd));
    }
}

Pipe::Pipe() {
    std::array<int, 2> ends{};
    checked(pipe2(ends.data(), O_CLOEXEC), "pipe2");
    read_end = Fd(ends[0]);
    write_end = Fd(ends[1]);
}

std::size_t read_some(int fd, char* buffer, std::size_t size) {
    while (true) {
        const ssize_t count = read(fd, buffer, size);
        if (count != -1 || errno != EINTR) {
            return static_cast<std::size_t>(checked(count, "read"));
        }
    }
}

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(fd, text.data(), text.size());
        if (written == -1 && errno == EINTR) {
            continue;
        }
        text.remove_prefix(static_cast<std::size_t>(checked(written, "write")));
    }
}

void print_line(std::string_view text) {
    write_all(STDOUT_FILENO, std::string(text) + "\n");
}

void print_received(std::string_view body) {
    print_line("RECEIVED: " + std::string(body));
}

void Reply::take(std::string_view piece) {
    text_.append(piece);
    if (body_at_ == std::string::npos) {
        read_head();
    }
    const bool ended = piece.empty();
    if (body_at_ != std::string::npos && ended && !length_) {
        length_ = text_.size() - body_at_;
    }
    complete_ = length_ && text_.size() - body_at_ >= *length_;
    if (ended && !complete_) {
        throw std::runtime_error("the reply ends too early");
    }
}

void Reply::read_head() {
    const auto end = text_.find("\r\n\r\n");
    if (end == std::string::npos) {
        return;
    }
    body_at_ = end + 4;
    const std::string_view head(text_.data(), end);
    const auto status = head.substr(0, head.find("\r\n"));
    if (!status.starts_with("HTTP/1.1 200") && !status.starts_with("HTTP/1.0 200")) {
        throw std::runtime_error("unexpected status: " + std::string(status));
    }
    for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
        at += 2;
        const auto line = head.substr(at, head.find("\r\n", at) - at);
        const auto colon = std::min(line.find(':'), line.size());
        if (same_ignoring_case(line.substr(0, colon), "Content-Length")) {
            length_ = parse_number<std::size_t>(trimmed(line.substr(colon + 1)), "not a length");
        }
    }
}

std::string request_text(milliseconds delay, std::string_view message) {
    return "GET /" + std::to_string(delay.count()) + "/" + std::string(message) +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

Exchange::Exchange(const sockaddr_in& server, milliseconds delay, std::string_view message,
                   int receive_buffer)
    : socket_(connect_to(server, receive_buffer)) {
    send_all(socket_.get(), request_text(delay, message));
}

std::size_t Exchange::read_piece(std::size_t most) {
    std::string buffer(most, '\0');
    const std::size_t size = receive(socket_.get(), buffer.data(), most, 0).value();
    reply_.take({buffer.data(), size});
    return size;
}

void Exchange::read_available() {
    std::array<char, 4096> buffer;
    while (!reply_.complete()) {
        const auto size = receive(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (!size) {
            return;
        }
        reply_.take({buffer.data(), *size});
    }
}

std::string Exchange::finish() {
    while (!reply_.complete()) {
        read_piece(65536);
    }
    return reply_.body();
}

std::string get(const sockaddr_in& server, milliseconds delay, std::string_view message) {
    return Exchange(server, delay, message).finish();
}

std::vector<ChainDelays> equal_chains(int count, int length) {
    std::vector<ChainDelays> chains;
    for (int chain = 0; chain < count; ++chain) {
        ChainDelays delays;
        milliseconds due{0};
        for (int step = 1; step <= length; ++step) {
            // Each step's offsets are a permutation of those of the step before, below 1000 ms.
            const milliseconds offset{step == length ? 0 : 40 * ((chain + 5 * step) % count)};
            const milliseconds next = step * milliseconds{1000} + offset;
            delays.push_back(next - due);
            due = next;
        }
        chains.push_back(std::move(delays));
    }
    return chains;
}

std::string chain_message(std::size_t chain, std::size_t step) {
    return "HelloWorld" + std::to_string(chain + 1) + "." + std::to_string(step + 1);
}

Chain::Chain(const sockaddr_in& server, std::size_t number, ChainDelays delays)
    : server_(server), number_(number), delays_(std::move(delays)) {
    send_request();
}

void Chain::send_request() {
    exchange_.emplace(server_, delays_.at(step_), chain_message(number_, step_));
}

void Chain::advance() {
    exchange_.value().read_available();
    next_if_complete();
}

void Chain::take(std::string_view piece) {
    exchange_.value().take(piece);
    next_if_complete();
}

void Chain::next_if_complete() {
    if (!exchange_.value().complete()) {
        return;
    }
    print_received(exchange_->body());
    exchange_.reset();
    if (++step_ < delays_.size()) {
        send_request();
    }
}

std::vector<Chain> start_chains(const sockaddr_in& server, int count, int length) {
    std::vector<Chain> chains;
    for (auto& delays : equal_chains(count, length)) {
        chains.emplace_back(server, chains.size(), std::move(delays));
    }
    return chains;
}

void work_between_requests(const sockaddr_in& server, const std::function<void()>& work) {
    print_received(get(server, milliseconds{1000}, "first"));
    work();
    print_received(get(server, milliseconds{2000}, "second"));

    Exchange meanwhile(server, milliseconds{2900}, "meanwhile");
    print_received(get(server, milliseconds{1000}, "third"));
    work();
    print_received(get(server, milliseconds{2000}, "fourth"));
    print_received(meanwhile.finish());
}

pid_t fork_child(const std::function<void()>& work) {
    const pid_t child = checked_int(fork(), "fork");
    if (child != 0) {
        return child;
    }
    try {
        work();
        _exit(0);
    } catch (const std::exception& failure) {
        tell_failure(failure);
        _exit(1);
    }
}

void wait_for_child(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) == -1) {
        if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "waitpid");
        }
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw std::runtime_error("a child failed");
    }
}

int run(int argc, char** argv, void (*program)(const sockaddr_in& server)) {
    if (argc != 2) {
        write_all(STDERR_FILENO, "usage: fixture IPv4:PORT\n");
        return 2;
    }
    try {
        program(parse_address(argv[1]));
        print_line("FINISHED");
        return 0;
    } catch (const std::exception& failure) {
        tell_failure(failure);
        return 1;
    }
}

}  // namespace fixture
