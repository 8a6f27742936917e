// What replies consist of, byte by byte, and how they are cut.
#include "delayserver/reply.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

using namespace delayserver;
using namespace std::chrono_literals;

namespace {

Request hello() {
    Request request;
    request.message = "Hello";
    return request;
}

std::string body_of(const Reply& reply) {
    return reply.bytes.substr(reply.bytes.find("\r\n\r\n") + 4);
}

// Reads a chunked body by its own, stricter rules: no extensions, no trailers.
std::string unchunked(std::string_view text) {
    std::string body;
    for (;;) {
        const auto line_end = text.find("\r\n");
        REQUIRE(line_end != std::string_view::npos);
        const auto size = std::stoul(std::string(text.substr(0, line_end)), nullptr, 16);
        text.remove_prefix(line_end + 2);
        REQUIRE(text.size() >= size + 2);
        REQUIRE(text.substr(size, 2) == "\r\n");
        body += text.substr(0, size);
        text.remove_prefix(size + 2);
        if (size == 0) {
            CHECK(text.empty());
            return body;
        }
    }
}

}  // namespace

TEST_CASE("a reply says its length and what becomes of the connection") {
    auto request = hello();
    const auto reply = compose(request, "");
    CHECK(reply.bytes ==
          "HTTP/1.1 200 OK\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Length: 5\r\n"
          "Connection: keep-alive\r\n"
          "\r\n"
          "Hello");
    CHECK(reply.piece_ends.empty());
    CHECK(reply.after == Reply::After::keep_alive);

    request.keep_alive = false;
    CHECK(compose(request, "").bytes.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(compose(request, "").after == Reply::After::close);
}

TEST_CASE("a body ends in the nonce and is padded in front of it") {
    auto request = hello();
    CHECK(body_of(compose(request, "k7f2")) == "Hello [k7f2]");
    request.size = 16;
    CHECK(body_of(compose(request, "k7f2")) == "Hello.... [k7f2]");
    CHECK(body_of(compose(request, "")) == "Hello...........");
    request.size = 3;
    CHECK(body_of(compose(request, "k7f2")) == "Hello [k7f2]");
}

TEST_CASE("a chunked body has several chunks and no Content-Length") {
    auto request = hello();
    request.chunked = true;
    const auto reply = compose(request, "");
    CHECK(body_of(reply) == "3\r\nHel\r\n2\r\nlo\r\n0\r\n\r\n");
    CHECK(reply.bytes.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(reply.bytes.find("Content-Length") == std::string::npos);

    request.size = 100'000;
    const auto body = unchunked(body_of(compose(request, "k7f2")));
    CHECK(body.size() == 100'000);
    CHECK(body.ends_with(".. [k7f2]"));
}

TEST_CASE("a dripped reply has one body byte per piece, the head with the first") {
    auto request = hello();
    request.drip = 20ms;
    const auto reply = compose(request, "");
    const auto size = reply.bytes.size();
    CHECK(reply.piece_ends ==
          std::vector<std::size_t>{size - 4, size - 3, size - 2, size - 1, size});
    CHECK(reply.between == 20ms);

    request.chunked = true;
    const auto chunked = compose(request, "");
    CHECK(chunked.piece_ends.size() == 5);
    CHECK(chunked.piece_ends.back() == chunked.bytes.size());
    CHECK(chunked.bytes.substr(chunked.piece_ends[3]) == "1\r\no\r\n0\r\n\r\n");
    CHECK(unchunked(body_of(chunked)) == "Hello");
}

TEST_CASE("a reset reply is the first half of the whole one, with the pieces in it") {
    auto request = hello();
    request.size = 1000;
    request.drip = 1ms;
    const auto whole = compose(request, "");
    request.reset = true;
    const auto half = compose(request, "");
    CHECK(half.bytes == whole.bytes.substr(0, whole.bytes.size() / 2));
    CHECK(half.after == Reply::After::reset);
    REQUIRE(half.piece_ends.size() > 100);
    CHECK(half.piece_ends.front() == whole.piece_ends.front());
    CHECK(half.piece_ends.back() == half.bytes.size());
    CHECK(half.piece_ends[half.piece_ends.size() - 2] == half.bytes.size() - 1);
}

TEST_CASE("a refusal is a status, one line of reason, and a close") {
    const auto reply = compose(Refusal{404, "the path is wrong"});
    CHECK(reply.bytes ==
          "HTTP/1.1 404 Not Found\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Length: 33\r\n"
          "Connection: close\r\n"
          "\r\n"
          "404 Not Found: the path is wrong\n");
    CHECK(reply.after == Reply::After::close);
    CHECK(compose(Refusal{405, ""}).bytes.find("\r\nAllow: GET\r\n") != std::string::npos);
    CHECK(reply.bytes.find("Allow") == std::string::npos);
    CHECK(compose(Refusal{400, ""}).bytes.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(compose(Refusal{413, ""}).bytes.starts_with("HTTP/1.1 413 Content Too Large\r\n"));
    CHECK(compose(Refusal{431, ""})
              .bytes.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

TEST_CASE("nonces are four letters or digits, distinct within a seed, different between seeds") {
    std::set<std::string> seen;
    std::size_t same_in_both = 0;
    for (std::uint64_t number = 1; number <= 10'000; ++number) {
        const auto text = nonce(42, number);
        REQUIRE(text.size() == 4);
        REQUIRE(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") ==
                std::string::npos);
        seen.insert(text);
        same_in_both += text == nonce(43, number) ? 1 : 0;
    }
    CHECK(seen.size() == 10'000);
    CHECK(same_in_both < 5);
    CHECK(nonce(42, 7) == nonce(42, 7));
}
