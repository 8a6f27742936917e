// The server with real sockets and a clock that stands still until a test moves it.
#include "delayserver/server.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "harness.hpp"

using namespace delayserver;
using namespace delayserver::tests;
using namespace std::chrono_literals;

namespace {

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

std::vector<std::uint64_t> numbers(const std::vector<Server::Due>& due) {
    std::vector<std::uint64_t> list;
    for (const auto& entry : due) {
        list.push_back(entry.number);
    }
    return list;
}

// Replies "abcdef" in pieces "abc", "", "def" and an empty one that brings `after`.
std::function<Reply(const Request&, std::uint64_t)> in_pieces(Reply::After after) {
    return [after](const Request&, std::uint64_t) {
        return Reply{"abcdef", {3, 3, 6, 6}, 5ms, after};
    };
}

// One reply of `size` bytes in one piece.
std::function<Reply(const Request&, std::uint64_t)> large(std::size_t size, Reply::After after) {
    return
        [=](const Request&, std::uint64_t) { return Reply{std::string(size, 'x'), {}, {}, after}; };
}

// Leaves the process not one descriptor to open, until destroyed.
class NoDescriptors {
public:
    NoDescriptors() {
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        const Descriptor lowest_free(::dup(0), "dup");
        auto limit = before_;
        limit.rlim_cur = static_cast<rlim_t>(lowest_free.get());
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;
    ~NoDescriptors() { CHECK(::setrlimit(RLIMIT_NOFILE, &before_) == 0); }

private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("a request is answered when its delay has passed, and not before") {
    World world;
    auto& client = world.request("/1500/HelloWorld");
    CHECK(world.server.parked() == 1);
    CHECK(world.server.next_due() == world.now + 1500ms);

    world.advance(1500ms - 1ns);
    CHECK_FALSE(world.server.release_due());
    world.until_quiet();
    CHECK(client.received().empty());

    world.advance(1ns);
    CHECK(world.server.release_due());
    CHECK(world.server.parked() == 0);
    CHECK_FALSE(world.server.next_due());
    world.until([&] { return client.received().ends_with("\r\n\r\nHelloWorld"); });
    CHECK(client.open());
    CHECK(world.recorder.events ==
          std::vector<std::string>{"accepted 1", "requested 1 #1 HelloWorld", "replied 1 #1"});
}

TEST_CASE("a connection that is kept alive serves one request after the other") {
    World world;
    auto& client = world.request("/0/first");
    world.server.release_due();
    world.until([&] { return client.received().ends_with("first"); });
    world.advance(1s);

    client.send(get("/10/second"));
    world.pump_until([&] { return world.server.parked() == 1; });
    CHECK(world.server.next_due() == world.now + 10ms);
    world.advance(10ms);
    world.server.release_due();
    world.until([&] { return client.received().ends_with("second"); });

    client.close();
    world.until([&] { return world.recorder.has("closed 1"); });
}

TEST_CASE("pipelined requests are answered in order, none before the one in front is complete") {
    World world;
    const auto start = world.now;
    auto& client = world.connect();
    client.send(get("/500/slow") + get("/10/quick") + get("/800/last"));
    world.pump_until([&] { return world.server.parked() == 3; });
    CHECK(numbers(world.server.due()) == std::vector<std::uint64_t>{1});

    world.advance(600ms);
    world.server.release(1);
    const auto second = world.server.due();
    REQUIRE(numbers(second) == std::vector<std::uint64_t>{2});
    CHECK(second[0].at == start + 600ms);  // its own 10 ms ended while it stood in line

    world.server.release(1);
    CHECK(world.server.next_due() == start + 800ms);
    world.server.release(1);
    world.until([&] { return count_of(client.received(), "HTTP/1.1 200 OK") == 3; });
    CHECK(client.received().find("slow") < client.received().find("quick"));
    CHECK(client.received().find("quick") < client.received().find("last"));
}

TEST_CASE("what is due is listed by time, then by arrival") {
    World world;
    for (const auto* target : {"/300/a", "/100/b", "/300/c", "/100/d"}) {
        world.request(target);
    }
    CHECK(numbers(world.server.due()) == std::vector<std::uint64_t>{2, 4, 1, 3});
    const auto first = world.server.due().front();
    CHECK(first.connection == 2);
    CHECK(first.at == world.now + 100ms);
    CHECK(first.first_piece);
    CHECK_FALSE(first.last_piece);

    world.advance(200ms);
    world.server.release_due();
    CHECK(numbers(world.server.due()) == std::vector<std::uint64_t>{1, 3});
}

TEST_CASE("replies can be released in any order, whatever the clock says") {
    World world;
    auto& early = world.request("/100/early");
    auto& late = world.request("/900/late");
    world.server.release(2);
    world.until([&] { return late.received().ends_with("late"); });
    CHECK(early.received().empty());
    CHECK(world.server.parked() == 1);
    world.server.release(1);
    world.until([&] { return early.received().ends_with("early"); });
    CHECK(world.recorder.events.back() == "replied 1 #1");
}

TEST_CASE("a reply goes out piece by piece, and its end can be a piece of its own") {
    World world(in_pieces(Reply::After::close));
    auto& client = world.request("/0/x");
    const std::vector<std::string> sent{"abc", "", "def", ""};
    for (std::size_t piece = 0; piece < sent.size(); ++piece) {
        CAPTURE(piece);
        const auto due = world.server.due();
        REQUIRE(due.size() == 1);
        CHECK(due[0].first_piece == (piece == 0));
        CHECK(due[0].last_piece == (piece == 3));
        CHECK(due[0].number == 1);
        CHECK(due[0].at == world.now);
        CHECK(client.open());

        world.server.release(1);
        CHECK(world.server.parked() == 0);
        world.until([&] { return client.received().ends_with(sent[piece]); });
        CHECK(client.fresh() == sent[piece]);
        CHECK(world.recorder.has("replied 1 #1") == (piece == 3));
        world.advance(5ms);
    }
    world.until([&] { return client.ended(); });
    CHECK(client.fresh().empty());
}

TEST_CASE("nothing of a connection is due while the kernel hasn't taken what was released") {
    constexpr std::size_t size = std::size_t{32} * 1024 * 1024;
    World world([](const Request&, std::uint64_t) {
        return Reply{std::string(size, 'x'), {size - 1, size}, {}, Reply::After::keep_alive};
    });
    auto& client = world.request("/0/x");
    world.server.release(1);
    CHECK(world.server.unsent(1));
    CHECK(world.server.due().empty());
    CHECK_THROWS_AS(world.server.release(1), std::logic_error);

    world.until([&] { return !world.server.unsent(1); });
    REQUIRE(world.server.due().size() == 1);
    CHECK(world.server.due()[0].last_piece);
    world.server.release(1);
    world.until([&] { return client.received().size() == size; });
}

TEST_CASE("a reply that waits for its peer leaves the end of the connection to it") {
    World world(in_pieces(Reply::After::wait_for_peer));
    auto& client = world.connect();
    client.send(get("/0/x") + get("/0/dropped"));
    world.pump_until([&] { return world.server.parked() == 2; });
    for (int piece = 0; piece < 4; ++piece) {
        world.server.release(1);
    }
    world.until([&] { return client.received() == "abcdef"; });
    client.send(get("/0/ignored"));
    world.until_quiet();
    CHECK(client.open());
    CHECK(world.server.parked() == 0);
    CHECK(world.recorder.events.back() == "surplus 1 " + std::to_string(get("/0/ignored").size()));
    client.close();
    world.until([&] { return world.recorder.has("closed 1"); });
}

TEST_CASE("a reset comes after the reply's last byte, and drops the requests behind it") {
    World world(in_pieces(Reply::After::reset));
    auto& client = world.connect();
    client.send(get("/0/x") + get("/0/dropped"));
    world.pump_until([&] { return world.server.parked() == 2; });
    for (int piece = 0; piece < 4; ++piece) {
        CHECK_FALSE(world.recorder.has("closed 1"));
        world.server.release(1);
    }
    CHECK(world.server.parked() == 0);
    CHECK(world.recorder.has("closed 1"));
    world.until([&] { return client.was_reset(); });
    CHECK(client.received() == "abcdef");
}

TEST_CASE("a reset waits until a slow reader can have all bytes") {
    constexpr std::size_t size = std::size_t{16} * 1024 * 1024;
    World world(large(size, Reply::After::reset));
    auto& client = world.request("/0/x");
    world.server.release(1);
    // Read in small steps, so that the kernel holds bytes that it can't transmit yet.
    while (client.open()) {
        if (!world.server.pump() && !client.take(4096)) {
            pollfd watched[]{{client.fd(), POLLIN, 0}, {world.server.fd(), POLLIN, 0}};
            REQUIRE(::poll(watched, 2, 10'000) > 0);
        }
    }
    CHECK(client.was_reset());
    CHECK(client.received().size() == size);
}

TEST_CASE("a peer that half-closes after its request still gets its reply") {
    World world;
    auto& client = world.connect();
    client.send(get("/100/one") + get("/100/two") + "GET /incomplete");
    client.shut_down_writing();
    world.pump_until([&] { return world.server.parked() == 2; });
    world.until_quiet();
    world.server.release(1);
    world.server.release(1);
    world.until([&] { return client.ended(); });
    CHECK(count_of(client.received(), "200 OK") == 2);
    CHECK(world.recorder.events.back() == "closed 1");
}

TEST_CASE("a peer that ends without a request is forgotten") {
    World world;
    auto& client = world.connect();
    client.send("GET /1");
    client.close();
    world.until([&] { return world.recorder.has("closed 1"); });
    CHECK(world.recorder.events == std::vector<std::string>{"accepted 1", "closed 1"});
}

TEST_CASE("a peer that resets drops its parked requests") {
    World world;
    auto& other = world.request("/100/other");
    auto& client = world.connect();
    client.send(get("/100/a") + get("/100/b"));
    world.pump_until([&] { return world.server.parked() == 3; });
    client.reset();
    world.until([&] { return world.recorder.has("closed 2 reset"); });
    CHECK(world.server.parked() == 1);
    CHECK(numbers(world.server.due()) == std::vector<std::uint64_t>{1});
    world.server.release(2);  // named by a list of before the reset
    world.server.release(1);
    world.until([&] { return other.received().ends_with("other"); });
}

TEST_CASE("a peer that resets after it half-closed drops its parked request") {
    World world;
    auto& client = world.request("/100/a");
    client.shut_down_writing();
    world.until_quiet();
    CHECK(world.server.parked() == 1);
    client.reset();
    world.until([&] { return world.recorder.has("closed 1 reset"); });
    CHECK(world.server.parked() == 0);
}

TEST_CASE("a request that was read with the peer's reset behind it is still told") {
    World world;
    auto& client = world.connect();
    client.send(get("/100/a"));
    client.reset();
    world.until([&] { return world.recorder.has("closed 1 reset"); });
    CHECK(world.recorder.has("requested 1 #1 a"));
}

TEST_CASE("a peer that closed while parked is found out by the pieces sent to it") {
    World world(in_pieces(Reply::After::keep_alive));
    auto& client = world.request("/100/a");
    client.close();
    world.until_quiet();
    CHECK(world.server.parked() == 1);
    world.server.release(1);
    world.until([&] { return world.recorder.has("closed 1 reset"); });
    CHECK(world.server.due().empty());
}

TEST_CASE("a refusal is answered and closed so that a client that still sends can read it") {
    World world;
    auto& client = world.connect();
    client.send("POST /0/x HTTP/1.1\r\nHost: a\r\n\r\n");
    world.pump_until([&] { return world.recorder.has("refused 1 405"); });
    for (int i = 0; i < 64; ++i) {
        client.send_some(std::string(65536, 'x'));
        world.server.pump();
    }
    world.until([&] { return client.ended(); });
    CHECK(client.received().starts_with("HTTP/1.1 405 "));
    CHECK(client.received().ends_with("405 Method Not Allowed: the only method here is GET\n"));
    CHECK_FALSE(world.recorder.has("closed 1"));
    client.close();
    world.until(
        [&] { return world.recorder.has("closed 1") || world.recorder.has("closed 1 reset"); });
}

TEST_CASE("a refused client that never stops sending is cut off") {
    World world;
    auto& client = world.connect();
    client.send("\x16");
    world.pump_until([&] { return world.recorder.has("refused 1 400"); });
    const std::string garbage(65536, 'x');
    for (int i = 0; i < 100'000 && !world.recorder.has("closed 1"); ++i) {
        client.send_some(garbage);
        world.server.pump();
    }
    CHECK(world.recorder.has("closed 1"));
}

TEST_CASE("a refused client that never closes makes room for others in the end") {
    World world;
    const std::size_t kept = 1024;
    for (std::size_t i = 1; i <= kept + 1; ++i) {
        CHECK_FALSE(world.recorder.has("closed 1"));
        world.connect().send("\x16");
        world.pump_until(
            [&] { return world.recorder.has("refused " + std::to_string(i) + " 400"); });
    }
    CHECK(world.recorder.has("closed 1"));
    CHECK_FALSE(world.recorder.has("closed 2"));
}

TEST_CASE("a refusal stands in line behind the requests before it, and ends the connection") {
    World world;
    auto& client = world.connect();
    client.send(get("/100/good") + get("/nowhere") + get("/0/unread"));
    world.pump_until([&] { return world.recorder.has("refused 1 404"); });
    CHECK(world.server.parked() == 1);
    world.until_quiet();
    CHECK(client.received().empty());
    world.server.release(1);
    world.until([&] { return client.ended(); });
    CHECK(client.received().find("good") < client.received().find("HTTP/1.1 404"));
    CHECK(world.server.due().empty());
    CHECK(world.recorder.has("replied 1 #1"));
    CHECK_FALSE(world.recorder.has("replied 1 #0"));
}

TEST_CASE("Connection: close ends the connection after the reply, and what follows is unread") {
    World world;
    auto& client = world.connect();
    const std::string second = get("/0/y");
    const std::string told = "surplus 1 " + std::to_string(second.size());
    client.send(get("/0/x", "Connection: close\r\n") + second);
    world.pump_until([&] { return world.server.parked() == 1; });
    CHECK(world.recorder.has(told));
    world.server.release(1);
    world.until([&] { return client.ended(); });
    CHECK(client.received().ends_with("\r\nConnection: close\r\n\r\nx"));
    client.send(second);
    world.until_quiet();
    CHECK(std::ranges::count(world.recorder.events, told) == 2);
    client.close();
    world.until([&] { return world.recorder.has("closed 1"); });
    CHECK_FALSE(world.recorder.has("requested 1 #2 y"));
}

TEST_CASE("a connection of HTTP/1.0 ends after the reply unless asked to stay") {
    World world;
    auto& leaves = world.connect();
    auto& stays = world.connect();
    leaves.send("GET /0/x HTTP/1.0\r\n\r\n");
    stays.send("GET /0/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    world.pump_until([&] { return world.server.parked() == 2; });
    world.server.release_due();
    world.until([&] { return leaves.ended() && !stays.received().empty(); });
    CHECK(stays.received().find("\r\nConnection: keep-alive\r\n") != std::string::npos);
    CHECK(stays.open());
}

TEST_CASE("a request may arrive a byte at a time, its body too") {
    World world;
    auto& client = world.connect();
    for (const char byte : get("/1/x", "Content-Length: 3\r\n") + "\r\n!" + get("/1/y")) {
        client.send(std::string(1, byte));
        world.server.pump();
    }
    world.pump_until([&] { return world.server.parked() == 2; });
}

TEST_CASE("more requests than a line holds are read as the line gets shorter") {
    World world;
    auto& client = world.connect();
    const std::size_t many = 3000;
    std::string requests;
    for (std::size_t i = 0; i < many; ++i) {
        requests += get("/0/x");
    }
    const auto send_on = [&] { requests.erase(0, client.send_some(requests)); };
    world.pump_until([&] {
        send_on();
        return world.server.parked() == 1024;
    });
    world.until_quiet();
    CHECK(world.server.parked() == 1024);
    world.until([&] {
        send_on();
        world.server.release_due();
        return count_of(client.received(), "200 OK") == many;
    });
    CHECK(world.recorder.has("replied 1 #3000"));
}

TEST_CASE("a client that goes on sending to a full line is not read") {
    World world;
    auto& client = world.connect();
    std::string requests;
    for (int i = 0; i < 2000; ++i) {
        requests += get("/0/x");
    }
    // Both kernel buffers take some, the server nothing beyond its line.
    std::size_t taken = 0;
    for (int i = 0; i < 1000; ++i) {
        taken += client.send_some(requests);
        world.server.pump();
    }
    CHECK(taken < 500 * requests.size());
}

TEST_CASE("a client that asked for a close gets it, even from a reply that would stay") {
    World world(in_pieces(Reply::After::keep_alive));
    auto& client = world.request("/0/x", "Connection: close\r\n");
    for (int piece = 0; piece < 4; ++piece) {
        world.server.release(1);
    }
    world.until([&] { return client.ended(); });
    CHECK(client.received() == "abcdef");
}

TEST_CASE("a release that makes no sense is the caller's error") {
    World world([](const Request&, std::uint64_t) { return Reply{"abc", {3, 1, 3}, {}, {}}; });
    world.request("/0/x");
    CHECK_THROWS_AS(world.server.release(1), std::logic_error);
    CHECK(world.server.parked() == 1);
    world.server.release(99);
    CHECK_FALSE(world.server.unsent(99));
    auto& idle = world.connect();
    world.pump_until([&] { return world.recorder.has("accepted 2"); });
    CHECK_THROWS_AS(world.server.release(2), std::logic_error);
    CHECK(idle.open());
}

TEST_CASE("a server that stops listening serves the connections it has") {
    World world;
    auto& client = world.request("/0/x");
    world.server.stop_listening();
    world.server.stop_listening();
    CHECK_THROWS_AS(world.connect(), std::system_error);
    world.server.release_due();
    world.until([&] { return client.received().ends_with("x"); });
}

TEST_CASE("without free descriptors, connections wait in the backlog and nothing spins") {
    World world;
    world.request("/0/first?reset");
    auto& waiting = world.connect();
    waiting.send(get("/0/waiting"));
    {
        const NoDescriptors none;
        world.until_quiet();
        CHECK_FALSE(world.recorder.has("accepted 2"));
        // A connection that goes makes room for the one that waits, and fd() says so.
        world.server.release(1);
        CHECK(world.recorder.has("closed 1"));
        pollfd watched{world.server.fd(), POLLIN, 0};
        CHECK(::poll(&watched, 1, 10'000) == 1);
        world.pump_until([&] { return world.recorder.has("accepted 2"); });
    }
    world.pump_until([&] { return world.recorder.has("requested 2 #2 waiting"); });
}

TEST_CASE("a server that can't listen says which call failed for which address") {
    const World world;
    Server::Options options;
    options.port = world.server.port();
    CHECK_THROWS_AS(Server{options}, std::invalid_argument);
    options.clock = [] { return 0ns; };
    const auto error_of = [](const Server::Options& bad) {
        try {
            const Server server(bad);
        } catch (const std::system_error& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    CHECK(error_of(options).starts_with("bind 127.0.0.1:" + std::to_string(options.port) + ": "));
    options.host = "localhost";
    CHECK(error_of(options).starts_with("inet_pton: \"localhost\""));
}
