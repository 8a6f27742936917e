// When bytes count as being on their way; the rest of quiescence is judged on programs, in
// run_test.cpp.
#include "quiescence.hpp"

#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

using namespace checker;

namespace {

SocketLook socket_in(TcpState state, std::uint64_t sent = 100, std::uint64_t received = 100) {
    SocketLook look;
    look.found = true;
    look.has_info = true;
    look.state = state;
    look.sent = sent;
    look.received = received;
    return look;
}

}  // namespace

TEST_CASE("nothing is in flight when both ends have received what was sent") {
    CHECK_FALSE(
        is_in_flight(socket_in(TcpState::established), socket_in(TcpState::established), false));
}

TEST_CASE("bytes that left one end and have not arrived at the other are in flight, either way") {
    const auto at_rest = socket_in(TcpState::established);
    CHECK(is_in_flight(socket_in(TcpState::established, 101), at_rest, false));
    CHECK(is_in_flight(at_rest, socket_in(TcpState::established, 101), false));
}

TEST_CASE("unread bytes are not in flight") {
    auto client = socket_in(TcpState::established);
    client.receive_queue = 50;
    CHECK_FALSE(is_in_flight(client, socket_in(TcpState::established), false));
    CHECK_FALSE(is_in_flight(client, socket_in(TcpState::established), true));
}

TEST_CASE("bytes that could not be sent are in flight while there is room for them") {
    const auto client = socket_in(TcpState::established);
    auto server = socket_in(TcpState::established);
    CHECK(is_in_flight(client, server, true));
    server.not_sent = 10;
    CHECK(is_in_flight(client, server, false));
}

TEST_CASE("a FIN that the other end has not seen is in flight, either way") {
    CHECK(is_in_flight(socket_in(TcpState::established), socket_in(TcpState::fin_wait_1), false));
    CHECK(is_in_flight(socket_in(TcpState::fin_wait_1), socket_in(TcpState::established), false));
    CHECK_FALSE(
        is_in_flight(socket_in(TcpState::close_wait), socket_in(TcpState::fin_wait_2), false));
}

TEST_CASE("a side that is gone or only lingers has nothing in flight") {
    CHECK_FALSE(is_in_flight(socket_in(TcpState::close_wait, 200), SocketLook{}, false));
    CHECK_FALSE(
        is_in_flight(socket_in(TcpState::established, 200), socket_in(TcpState::time_wait), false));
}

TEST_CASE("a wait is told with its length, whatever the program's memory holds for one") {
    const auto words_for = [](const timespec& time) {
        ThreadLook look;
        look.process = ::getpid();
        look.syscall = SYS_nanosleep;
        look.arguments[0] = reinterpret_cast<std::uint64_t>(&time);
        return decode_wait(look).words;
    };
    CHECK(words_for({0, 1'500'000}) == "nanosleep(1.500 ms)");
    CHECK(words_for({1, 0}) == "nanosleep(1000 ms)");
    CHECK(words_for({time_t{1} << 61, 0}) == "nanosleep(2305843009213693952000 ms)");
    CHECK(words_for({-1, 0}) == "nanosleep(-1000 ms)");
}
