// The delay server's reading of HTTP/1.1: bytes in, one request or one refusal out. A pure
// function: no socket, no clock, no state between calls.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace delayserver {

// The limits, in one place; README.md repeats them for the program's users.
inline constexpr std::size_t max_head_bytes = std::size_t{16} * 1024;
inline constexpr std::size_t max_body_bytes = std::size_t{64} * 1024;
inline constexpr std::size_t max_reply_size = std::size_t{16} * 1024 * 1024;
// A dripped reply costs one piece per byte, so it has to be smaller.
inline constexpr std::size_t max_drip_size = std::size_t{64} * 1024;
inline constexpr std::chrono::milliseconds max_delay = std::chrono::hours{1};

/// One `GET /{delay_ms}/{message}?{options}`, checked and decoded.
struct Request {
    std::chrono::milliseconds delay{};                ///< at most max_delay
    std::string message;                              ///< percent-decoded; any bytes, never empty
    std::size_t size = 0;                             ///< ?size=N: pad the body to N bytes
    std::optional<std::chrono::milliseconds> drip{};  ///< ?drip=MS: pause between body bytes
    bool chunked = false;                             ///< ?chunked: Transfer-Encoding: chunked
    bool reset = false;                               ///< ?reset: half the reply, then a RST
    bool keep_alive = true;                           ///< what the client asked for
    bool http_1_0 = false;
};

/// Why a request is not served. `status` is one of 400, 404, 405, 413, 431; `reason` is one line
/// for a person. A refused connection is closed after the answer, so nothing needs to be consumed.
struct Refusal {
    int status;
    std::string reason;
};

/// No verdict yet: call again when there are more bytes.
struct Incomplete {};

struct Complete {
    Request request;
    std::size_t consumed;  ///< bytes this request took from the front, its own body included
};

using Parsed = std::variant<Incomplete, Complete, Refusal>;

/// Reads the request at the front of `bytes`. May be called again and again on a growing buffer:
/// once it says Complete or Refusal, it says the same for any continuation of the bytes.
///
/// Cost: each call reads at most max_head_bytes, whatever the size of `bytes`. A client that sends
/// one byte at a time therefore costs at most (head + body bytes) × max_head_bytes in total.
///
/// Sources: RFC 9112 (framing, request line, field syntax), RFC 9110 (fields), RFC 3986 (escapes).
Parsed parse_request(std::string_view bytes);

}  // namespace delayserver
