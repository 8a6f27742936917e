// A TCP connection whose calls wait: connect(2), send(2), recv(2) as they are when nobody asks for
// anything else.
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "owned_fd.hpp"

/// Reads HOST:PORT, where HOST is an IPv4 address in dots or `localhost`, and PORT is 1 to 65535.
/// nullopt if it isn't one.
[[nodiscard]] std::optional<sockaddr_in> parse_address(std::string_view text);

/// 127.0.0.1:8080
[[nodiscard]] std::string to_string(const sockaddr_in& address);

/// One connection; closed with this object. Its calls throw std::system_error, named after the
/// system call that failed. Two threads may use it at once, one to write and one to read.
class Connection {
public:
    /// Waits until the connection is there.
    explicit Connection(const sockaddr_in& server);

    /// Hands all bytes to the kernel; waits while it has no room for them.
    void write_all(std::string_view bytes) const;

    /// Waits until there is something to read, bytes or the end, and leaves it there.
    void wait_for_bytes() const;

    /// How many bytes lie in the kernel, ready to be read.
    [[nodiscard]] std::size_t unread() const;

    /// Waits for bytes, and takes at most as many as `buffer` holds. 0: the other side has sent its
    /// last. `buffer` isn't empty.
    [[nodiscard]] std::size_t read(std::span<char> buffer) const;

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    OwnedFd fd_;
};
