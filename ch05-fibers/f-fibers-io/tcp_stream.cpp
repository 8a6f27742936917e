// TCP over the socket calls: socket(7), tcp(7), connect(2), recv(2), send(2).
#include "tcp_stream.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace {

[[noreturn]] void refuse_connect(int error, const sockaddr_in& server) {
    throw std::system_error(error, std::system_category(), "connect to " + to_string(server));
}

// Makes a call that moves bytes, and gives its three outcomes their types.
template <typename Call>
std::optional<std::size_t> transfer(const char* name, Call call) {
    ssize_t moved = 0;
    do {
        moved = call();
    } while (moved < 0 && errno == EINTR);
    if (moved >= 0) {
        return static_cast<std::size_t>(moved);
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return std::nullopt;
    }
    throw std::system_error(errno, std::system_category(), name);
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

TcpStream TcpStream::connect(const sockaddr_in& server) {
    TcpStream stream(
        OwnedFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"),
        server);
    // In progress is what we hope for. Interrupted means the same: the attempt goes on without us.
    if (::connect(stream.fd(), reinterpret_cast<const sockaddr*>(&server), sizeof server) < 0 &&
        errno != EINPROGRESS && errno != EINTR) {
        refuse_connect(errno, server);
    }
    return stream;
}

void TcpStream::finish_connect() const {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size) < 0) {
        throw std::system_error(errno, std::system_category(), "getsockopt");
    }
    if (error != 0) {
        refuse_connect(error, server_);
    }
}

std::optional<std::size_t> TcpStream::read(std::span<char> buffer) {
    return transfer("read", [&] { return ::recv(fd(), buffer.data(), buffer.size(), 0); });
}

std::optional<std::size_t> TcpStream::write(std::string_view bytes) {
    return transfer("write",
                    [&] { return ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
}
