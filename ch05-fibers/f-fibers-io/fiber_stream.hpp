// A TCP connection whose calls return when they are done, as if they blocked. It is the fiber that
// waits, not the thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "fibers.hpp"
#include "tcp_stream.hpp"

/// One connection; closed with this object. For fibers of `fibers` only, one at a time.
class FiberStream {
public:
    /// Returns when the connection is there. Throws std::system_error, named "connect to HOST:PORT"
    /// or "socket", if it can't be had.
    FiberStream(Fibers& fibers, const sockaddr_in& server);

    /// Waits for bytes. How many came, at least 1; 0: the other side has sent its last. Throws
    /// std::system_error, named "read". `buffer` isn't empty.
    [[nodiscard]] std::size_t read(std::span<char> buffer);

    /// Returns when the kernel has taken all of it. Throws std::system_error, named "write".
    void write_all(std::string_view bytes);

private:
    Fibers& fibers_;
    TcpStream stream_;
};
