// What the parser accepts, what it refuses, and that it never changes its mind.
#include "delayserver/request.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness.hpp"

using namespace delayserver;
using namespace std::chrono_literals;
using delayserver::tests::get;

namespace {

Complete complete(const std::string& bytes) {
    auto parsed = parse_request(bytes);
    const auto* refusal = std::get_if<Refusal>(&parsed);
    INFO(bytes, " -> ", refusal != nullptr ? refusal->reason : "no refusal");
    REQUIRE(std::holds_alternative<Complete>(parsed));
    return std::get<Complete>(parsed);
}

Request target(const std::string& text) {
    return complete(get(text)).request;
}

// The status of a refusal, 200 for a request, 0 for neither.
int status(std::string_view bytes) {
    const auto parsed = parse_request(bytes);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
        return refusal->status;
    }
    return std::holds_alternative<Complete>(parsed) ? 200 : 0;
}

int status_of_target(const std::string& text) {
    return status(get(text));
}

int status_of_lines(const std::string& lines) {
    return status(get("/1/a", lines));
}

}  // namespace

TEST_CASE("a request's delay, message and options are read") {
    const auto plain = target("/1500/HelloWorld");
    CHECK(plain.delay == 1500ms);
    CHECK(plain.message == "HelloWorld");
    CHECK(plain.size == 0);
    CHECK_FALSE(plain.drip);
    CHECK_FALSE(plain.chunked);
    CHECK_FALSE(plain.reset);
    CHECK(plain.keep_alive);
    CHECK_FALSE(plain.http_1_0);

    const auto rich = target("/0/x?size=16777216&chunked&reset");
    CHECK(rich.size == max_reply_size);
    CHECK(rich.chunked);
    CHECK(rich.reset);
    const auto dripping = target("/3600000/x?drip=3600000&size=65536");
    CHECK(dripping.delay == max_delay);
    CHECK(dripping.drip == max_delay);
    CHECK(dripping.size == max_drip_size);
}

TEST_CASE("a message is percent-decoded, whatever bytes come out") {
    CHECK(target("/1/a%20b%2Fc%3f%25").message == "a b/c?%");
    CHECK(target("/1/a+b;c=d&e").message == "a+b;c=d&e");
    CHECK(target("/1/%c3%A9").message == "\xc3\xa9");
    CHECK(target("/1/a%0d%0Ab%00").message == std::string("a\r\nb\0", 5));
}

TEST_CASE("the absolute form of a target is accepted, and its authority ignored") {
    CHECK(target("http://other.example:1/7/x").delay == 7ms);
    CHECK(target("HTTP://other.example/7/x?reset").reset);
    CHECK(status_of_target("http://other.example") == 404);
    CHECK(status_of_target("http://other.example?/1/a") == 404);
    CHECK(status_of_target("https://other.example/1/a") == 404);
}

TEST_CASE("a path other than /{delay_ms}/{message} is not found") {
    for (const auto* path : {"/", "/1", "/1/", "//a", "/1//a", "/1/a/", "/1/a/b", "*", "1/a",
                             "/?size=1", "/favicon"}) {
        CAPTURE(path);
        CHECK(status_of_target(path) == 404);
    }
}

TEST_CASE("a bad delay, escape or query is a bad request") {
    for (const auto* bad : {"/x/a",
                            "/-1/a",
                            "/+1/a",
                            "/1.5/a",
                            "/1e3/a",
                            "/%31/a",
                            "/3600001/a",
                            "/99999999999999999999999/a",
                            "/1/a%",
                            "/1/a%2",
                            "/1/%zz",
                            "/1/%-1",
                            "/1/a#b",
                            "/1/a?",
                            "/1/a?size",
                            "/1/a?size=",
                            "/1/a?size=x",
                            "/1/a?size=-1",
                            "/1/a?size=16777217",
                            "/1/a?size=99999999999999999999999",
                            "/1/a?drip",
                            "/1/a?drip=3600001",
                            "/1/a?chunked=1",
                            "/1/a?reset=",
                            "/1/a?delay=5",
                            "/1/a?Size=5",
                            "/1/a?size=5&",
                            "/1/a?&size=5",
                            "/1/a?size=5&&reset",
                            "/1/a?size=0&size=5",
                            "/1/a?chunked&chunked",
                            "/1/a?reset?reset",
                            "/1/a?drip=1&drip=1",
                            "/1/a?size=65537&drip=1",
                            "/1/a?size=5;reset"}) {
        CAPTURE(bad);
        CHECK(status_of_target(bad) == 400);
    }
}

TEST_CASE("a request line is three words with single spaces, in visible ASCII") {
    const std::string host = "\r\nHost: a\r\n\r\n";
    for (const auto* bad :
         {"GET", "GET /1/a", "GET  /1/a HTTP/1.1", "GET /1/a  HTTP/1.1", " GET /1/a HTTP/1.1",
          "GET /1/a HTTP/1.1 ", "GET\t/1/a HTTP/1.1", "GET /1/a b HTTP/1.1", "GET /1/a HTTP/2.0",
          "GET /1/a HTTP/1.", "GET /1/a HTTP/1.10", "GET /1/a http/1.1", "GET /1/a HTTP/1.x",
          "G(T /1/a HTTP/1.1", "GET /1/\x7f HTTP/1.1", "GET /1/\xc3\xa9 HTTP/1.1",
          "GET /1/a\rb HTTP/1.1", "GET /1/a HTTP/1.1\r"}) {
        CAPTURE(bad);
        CHECK(status(bad + host) == 400);
    }
    CHECK(status("GET /1/a HTTP/1.9" + host) == 200);
}

TEST_CASE("bytes that are no request line are refused before the line ends") {
    CHECK(status("\x16\x03\x01") == 400);
    CHECK(status("GET /1/a\x01") == 400);
    CHECK(status("GET /1/a\rb") == 400);
    CHECK(status("GET /1/a\r") == 0);
}

TEST_CASE("any method but GET is not allowed") {
    for (const auto* method : {"POST", "HEAD", "get", "OPTIONS", "GETS", "X"}) {
        CAPTURE(method);
        CHECK(status(std::string(method) + " /1/a HTTP/1.1\r\nHost: a\r\n\r\n") == 405);
    }
}

TEST_CASE("HTTP/1.1 needs one valid Host, HTTP/1.0 none") {
    CHECK(status("GET /1/a HTTP/1.1\r\n\r\n") == 400);
    CHECK(status("GET /1/a HTTP/1.0\r\n\r\n") == 200);
    CHECK(status("GET /1/a HTTP/1.1\r\nhOST:\t[::1]:80 \r\n\r\n") == 200);
    CHECK(status_of_lines("Host: again\r\n") == 400);
    CHECK(status("GET /1/a HTTP/1.1\r\nHost: a/b\r\n\r\n") == 400);
    CHECK(status("GET /1/a HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
}

TEST_CASE("a malformed header line is a bad request") {
    for (const std::string bad :
         {"no colon\r\n", ": no name\r\n", "Name : x\r\n", " folded: x\r\n", "A: b\r\n folded\r\n",
          "A: b\x01\r\n", "A: b\rc\r\n", "A: b\r\r\n", "A\x7f: b\r\n"}) {
        CAPTURE(bad);
        CHECK(status_of_lines(bad) == 400);
    }
    CHECK(status_of_lines(std::string("A: b\0c\r\n", 8)) == 400);
    CHECK(status_of_lines("A:\r\nB: \t \r\nC: \xe9\tx\r\n") == 200);
}

TEST_CASE("keep-alive is the default of HTTP/1.1, close that of HTTP/1.0") {
    const auto keep_alive = [](const std::string& version, const std::string& lines) {
        return complete("GET /1/a HTTP/" + version + "\r\nHost: a\r\n" + lines + "\r\n")
            .request.keep_alive;
    };
    CHECK(keep_alive("1.1", ""));
    CHECK_FALSE(keep_alive("1.1", "cONNECTION: x, CLOSE\r\n"));
    CHECK_FALSE(keep_alive("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
    CHECK(keep_alive("1.1", "Connection: closed\r\n"));
    CHECK_FALSE(keep_alive("1.0", ""));
    CHECK(keep_alive("1.0", "Connection: ,Keep-Alive\r\n"));
    CHECK(complete("GET /1/a HTTP/1.0\r\n\r\n").request.http_1_0);
    CHECK(status("GET /1/a?chunked HTTP/1.0\r\n\r\n") == 400);
}

TEST_CASE("a request's body is consumed up to 64 KiB, and refused beyond") {
    const auto with_body = get("/1/a", "Content-Length: 65536\r\n") + std::string(65536, 'x');
    CHECK(complete(with_body + "GET").consumed == with_body.size());
    CHECK(status(std::string_view(with_body).substr(0, with_body.size() - 1)) == 0);
    CHECK(status_of_lines("Content-Length: 65537\r\n") == 413);
    CHECK(status_of_lines("Content-Length: 99999999999999999999999\r\n") == 413);
}

TEST_CASE("a request's length is unambiguous or refused") {
    CHECK(status_of_lines("Content-Length: 1\r\nContent-Length: 2\r\n") == 400);
    CHECK(status_of_lines("Content-Length: 1, 2\r\n") == 400);
    CHECK(status_of_lines("Content-Length: 0\r\nContent-Length: 00, 0\r\n") == 200);
    for (const auto* bad : {"", "-1", "+1", "0x1", "1 1", "1,", "a"}) {
        CAPTURE(bad);
        CHECK(status_of_lines("Content-Length: " + std::string(bad) + "\r\n") == 400);
    }
    CHECK(status_of_lines("Transfer-Encoding: chunked\r\n") == 400);
    CHECK(status_of_lines("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n") == 400);
}

TEST_CASE("a client that asks before it sends a body gets an answer instead of a pause") {
    CHECK(status_of_lines("Expect: 100-continue\r\nContent-Length: 5\r\n") == 400);
    CHECK(status_of_lines("Expect: 100-continue\r\n") == 200);
    CHECK(status("GET /1/a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx") == 200);
}

TEST_CASE("a head of 16 KiB is read, and one byte more is too large") {
    const auto head_of = [](std::size_t size) {
        return get("/1/a", "A: " + std::string(size - get("/1/a", "A: \r\n").size(), 'x') + "\r\n");
    };
    CHECK(status(head_of(max_head_bytes)) == 200);
    CHECK(status(head_of(max_head_bytes + 1)) == 431);
    CHECK(status("GET /1/" + std::string(max_head_bytes, 'a')) == 431);
    CHECK(status(std::string(max_head_bytes - 1, 'a')) == 0);
    CHECK(status(std::string(max_head_bytes, '\n')) == 431);
}

TEST_CASE("a bare LF ends a line, and empty lines before a request are skipped") {
    const std::string bare = "\r\n\n\r\nGET /1/a HTTP/1.1\nHost: a\r\n\n";
    CHECK(complete(bare + "\n").consumed == bare.size());
}

TEST_CASE("every prefix of a request is incomplete, and what follows it changes nothing") {
    const std::vector<std::string> requests{
        get("/1500/HelloWorld?size=5&drip=7"),
        get("http://a/0/x%20y", "Connection: close\r\nContent-Length: 11\r\n") + "hello\r\n\r\nme",
        "\r\n\r\nGET /1/a HTTP/1.0\nA: b\r\n\n",
        get("/1/" + std::string(300, 'x'), "Content-Length: 3, 3\r\nA:\r\n") + "\n\n\n",
    };
    for (const auto& request : requests) {
        CAPTURE(request);
        for (std::size_t size = 0; size < request.size(); ++size) {
            CAPTURE(size);
            REQUIRE(status(std::string_view(request).substr(0, size)) == 0);
        }
        for (const std::string rest : {"", "\r\n", "G", "\x16", "GET /2/b HTTP/1.1\r\n\r\n"}) {
            CAPTURE(rest);
            CHECK(complete(request + rest).consumed == request.size());
        }
    }
}
