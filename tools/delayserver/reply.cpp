// Composition of replies. The clock and the socket are elsewhere: a reply is a value.
#include "delayserver/reply.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace delayserver {
namespace {

constexpr std::size_t largest_chunk = 4096;

std::string composed_body(const Request& request, std::string_view nonce) {
    const auto ending = nonce.empty() ? std::string() : " [" + std::string(nonce) + "]";
    const auto natural = request.message.size() + ending.size();
    return request.message + std::string(std::max(request.size, natural) - natural, '.') + ending;
}

std::string composed_head(const Request& request, std::size_t body_size) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n" +
           (request.chunked ? "Transfer-Encoding: chunked"
                            : "Content-Length: " + std::to_string(body_size)) +
           "\r\nConnection: " + (request.keep_alive ? "keep-alive" : "close") + "\r\n\r\n";
}

std::string hexadecimal(std::size_t value) {
    std::array<char, 16> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value, 16);
    return {text.data(), result.ptr};
}

// How many body bytes are framed together: one by one if they are sent one by one; otherwise at
// least two chunks, so that a client that reads only the first is found out by any reply.
std::size_t chunk_size(const Request& request, std::size_t body_size) {
    return request.drip ? 1 : std::clamp<std::size_t>((body_size + 1) / 2, 1, largest_chunk);
}

// Appends the body. With drip, a piece ends behind each body byte and its framing; the head is in
// the first piece, the framing that ends a chunked body in the last.
void append_body(Reply& reply, const Request& request, std::string_view body) {
    const auto step = request.chunked || request.drip ? chunk_size(request, body.size())
                                                      : std::max<std::size_t>(body.size(), 1);
    for (std::size_t begin = 0; begin < body.size(); begin += step) {
        const auto part = body.substr(begin, step);
        if (request.chunked) {
            reply.bytes += hexadecimal(part.size()) + "\r\n";
        }
        reply.bytes += part;
        if (request.chunked) {
            reply.bytes += "\r\n";
        }
        if (request.drip) {
            reply.piece_ends.push_back(reply.bytes.size());
        }
    }
    if (request.chunked) {
        reply.bytes += "0\r\n\r\n";
    }
    if (!reply.piece_ends.empty()) {
        reply.piece_ends.back() = reply.bytes.size();
    }
}

// Keeps the first half of the bytes and the pieces that end before it.
void cut_in_half(Reply& reply) {
    reply.bytes.resize(reply.bytes.size() / 2);
    if (!reply.piece_ends.empty()) {
        std::erase_if(reply.piece_ends, [&](std::size_t end) { return end >= reply.bytes.size(); });
        reply.piece_ends.push_back(reply.bytes.size());
    }
    reply.after = Reply::After::reset;
}

std::string_view phrase(int status) {
    switch (status) {
        case 400:
            return "Bad Request";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 413:
            return "Content Too Large";
        case 431:
            return "Request Header Fields Too Large";
        default:
            return "Refused";
    }
}

// SplitMix64's finalizer: every bit of the input changes half of the output's.
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

}  // namespace

Reply compose(const Request& request, std::string_view nonce) {
    const auto body = composed_body(request, nonce);
    Reply reply;
    reply.bytes = composed_head(request, body.size());
    append_body(reply, request, body);
    reply.between = request.drip.value_or(std::chrono::milliseconds{});
    reply.after = request.keep_alive ? Reply::After::keep_alive : Reply::After::close;
    if (request.reset) {
        cut_in_half(reply);
    }
    return reply;
}

Reply compose(const Refusal& refusal) {
    const auto status = std::to_string(refusal.status) + " " + std::string(phrase(refusal.status));
    const auto body = status + ": " + refusal.reason + "\n";
    Reply reply;
    reply.bytes = "HTTP/1.1 " + status + "\r\n" + (refusal.status == 405 ? "Allow: GET\r\n" : "") +
                  "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
    return reply;
}

std::string nonce(std::uint64_t seed, std::uint64_t number) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::uint64_t half_range = 36 * 36;
    // A Feistel network over two halves of two letters each: whatever the round function is, the
    // network is a permutation, and therefore no two numbers share a nonce.
    std::uint64_t left = number / half_range % half_range;
    std::uint64_t right = number % half_range;
    for (std::uint64_t round = 0; round < 4; ++round) {
        const auto next = (left + mixed(seed ^ mixed(right * 4 + round))) % half_range;
        left = right;
        right = next;
    }
    std::string text;
    for (const auto half : {left, right}) {
        text += letters[half / 36];
        text += letters[half % 36];
    }
    return text;
}

}  // namespace delayserver
