// Feeds any bytes to the parser. Besides crashes it looks for verdicts that change with more bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "delayserver/request.hpp"

namespace {

using namespace delayserver;

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

bool same(const Request& a, const Request& b) {
    return a.delay == b.delay && a.message == b.message && a.size == b.size && a.drip == b.drip &&
           a.chunked == b.chunked && a.reset == b.reset && a.keep_alive == b.keep_alive &&
           a.http_1_0 == b.http_1_0;
}

bool same(const Parsed& a, const Parsed& b) {
    if (const auto* complete = std::get_if<Complete>(&a)) {
        const auto* other = std::get_if<Complete>(&b);
        return other != nullptr && complete->consumed == other->consumed &&
               same(complete->request, other->request);
    }
    if (const auto* refusal = std::get_if<Refusal>(&a)) {
        const auto* other = std::get_if<Refusal>(&b);
        return other != nullptr && refusal->status == other->status &&
               refusal->reason == other->reason;
    }
    return std::holds_alternative<Incomplete>(b);
}

bool decided(const Parsed& parsed) {
    return !std::holds_alternative<Incomplete>(parsed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = parse_request(bytes);
    if (const auto* complete = std::get_if<Complete>(&whole)) {
        require(complete->consumed > 0 && complete->consumed <= size);
        require(same(whole, parse_request(bytes.substr(0, complete->consumed))));
        require(!decided(parse_request(bytes.substr(0, complete->consumed - 1))));
        require(!complete->request.message.empty() && complete->request.delay <= max_delay &&
                complete->request.size <= max_reply_size);
    }
    // Prefixes: each if there are few, about 256 of them if there are many.
    for (std::size_t part = 0; part < size; part += 1 + size / 256) {
        const auto early = parse_request(bytes.substr(0, part));
        require(!decided(early) || same(early, whole));
    }
    return 0;
}
