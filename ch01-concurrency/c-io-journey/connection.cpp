// socket(7), tcp(7), connect(2), recv(2), send(2), and ioctl(2) for the queue's length.
#include "connection.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace {

[[noreturn]] void fail(int error, const std::string& call) {
    throw std::system_error(error, std::system_category(), call);
}

// Makes a call again if a signal cut it short: nothing has been moved then.
template <typename Call>
std::size_t moved_by(const char* name, Call call) {
    ssize_t moved = 0;
    do {
        moved = call();
    } while (moved < 0 && errno == EINTR);
    if (moved < 0) {
        fail(errno, name);
    }
    return static_cast<std::size_t>(moved);
}

// A connect that was cut short goes on without us, and can't be called again: connect(2), EINTR.
int outcome_of_interrupted_connect(int fd) {
    pollfd wait{fd, POLLOUT, 0};
    while (::poll(&wait, 1, -1) < 0) {
        if (errno != EINTR) {
            fail(errno, "poll");
        }
    }
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) {
        fail(errno, "getsockopt");
    }
    return error;
}

}  // namespace

std::optional<sockaddr_in> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string host(text.substr(0, colon));
    if (host == "localhost") {
        host = "127.0.0.1";
    }
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const char* const digits_begin = digits.data();
    const char* const digits_end = digits_begin + digits.size();
    const auto [stopped, error] = std::from_chars(digits_begin, digits_end, port);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = ::htons(port);
    const bool port_is_good = error == std::errc{} && stopped == digits_end && port != 0;
    if (!port_is_good || ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
        return std::nullopt;
    }
    return address;
}

std::string to_string(const sockaddr_in& address) {
    std::array<char, INET_ADDRSTRLEN> host{};
    ::inet_ntop(AF_INET, &address.sin_addr, host.data(), host.size());
    return std::string(host.data()) + ":" + std::to_string(::ntohs(address.sin_port));
}

Connection::Connection(const sockaddr_in& server)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket") {
    int error = 0;
    if (::connect(fd(), reinterpret_cast<const sockaddr*>(&server), sizeof server) < 0) {
        error = errno == EINTR ? outcome_of_interrupted_connect(fd()) : errno;
    }
    if (error != 0) {
        fail(error, "connect to " + to_string(server));
    }
}

void Connection::write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
        bytes.remove_prefix(moved_by(
            "send", [&] { return ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }));
    }
}

void Connection::wait_for_bytes() const {
    char first = 0;
    moved_by("recv", [&] { return ::recv(fd(), &first, 1, MSG_PEEK); });
}

std::size_t Connection::unread() const {
    int size = 0;
    if (::ioctl(fd(), FIONREAD, &size) < 0) {
        fail(errno, "ioctl");
    }
    return static_cast<std::size_t>(size);
}

std::size_t Connection::read(std::span<char> buffer) const {
    return moved_by("recv", [&] { return ::recv(fd(), buffer.data(), buffer.size(), 0); });
}
