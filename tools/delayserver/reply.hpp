// The delay server's replies: what is sent, in which pieces, and what becomes of the connection.
// Bytes only; server.hpp sends them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "delayserver/request.hpp"

namespace delayserver {

/// A reply, cut into pieces that are released one by one.
struct Reply {
    std::string bytes;

    /// Where each piece ends: ascending, the last equal to bytes.size(). Empty means one piece. An
    /// equal neighbour is an empty piece, so that the end of the connection can be a piece of its
    /// own.
    std::vector<std::size_t> piece_ends{};

    /// A piece becomes due this long after the one before it was released.
    std::chrono::nanoseconds between{};

    /// What happens once the last piece is out.
    enum class After {
        keep_alive,     ///< the next request of the connection is served
        close,          ///< our direction is shut down, the peer's bytes are drained, then closed
        wait_for_peer,  ///< nothing: the connection stays open until the peer closes
        reset,          ///< the connection is reset (SO_LINGER 0)
    };
    After after = After::close;
};

/// The standard 200. The body is the message and, if `nonce` isn't empty, ` [nonce]`; dots between
/// the two fill it up to request.size bytes. Content-Length or chunks; a Connection field; with
/// `drip` one piece per body byte, the head going out with the first; with `reset` the first half
/// of the reply's bytes, then a reset.
Reply compose(const Request& request, std::string_view nonce);

/// A status line, the reason as a line of text, `Connection: close`.
Reply compose(const Refusal& refusal);

/// Four characters of [a-z0-9] that depend on `seed` and `number` alone. Within one seed, any two
/// numbers below 36^4 give different ones.
std::string nonce(std::uint64_t seed, std::uint64_t number);

}  // namespace delayserver
