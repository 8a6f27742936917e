// A TCP connection that never makes its caller wait, and the address to connect to. It knows
// nothing of event queues: when to try again is for others to say.
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "owned_fd.hpp"

/// Reads HOST:PORT, where HOST is an IPv4 address in dots or `localhost`, and PORT is 1 to 65535.
/// Other names need a resolver, which would block: they are refused. nullopt if it isn't one.
[[nodiscard]] std::optional<sockaddr_in> parse_address(std::string_view text);

/// 127.0.0.1:8080
[[nodiscard]] std::string to_string(const sockaddr_in& address);

/// One connection; closed with this object. Move-only, one thread at a time.
class TcpStream {
public:
    /// Begins to connect and does not wait for the outcome: the stream turns writable once there is
    /// one. Throws std::system_error, named "connect to HOST:PORT" or "socket", if it fails at
    /// once.
    static TcpStream connect(const sockaddr_in& server);

    /// Call it when the stream is writable for the first time. Throws std::system_error, named
    /// "connect to HOST:PORT", if the connect has failed; connect(2), under EINPROGRESS. If it is
    /// still under way, nothing happens, and write() would block.
    void finish_connect() const;

    /// How many bytes came, at least 1; 0: the other side has sent its last; nullopt: it would
    /// block. Throws std::system_error, named "read". `buffer` isn't empty.
    [[nodiscard]] std::optional<std::size_t> read(std::span<char> buffer);

    /// How many bytes the kernel took, perhaps fewer than there are; nullopt: it would block.
    /// Throws std::system_error, named "write"; a vanished reader is an error too, not a SIGPIPE.
    [[nodiscard]] std::optional<std::size_t> write(std::string_view bytes);

    /// For a Registry. Stays this stream's.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    TcpStream(OwnedFd fd, const sockaddr_in& server) : fd_(std::move(fd)), server_(server) {}

    OwnedFd fd_;
    sockaddr_in server_;
};
