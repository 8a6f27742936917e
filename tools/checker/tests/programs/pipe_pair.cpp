// Pipe pair: two threads pass a byte to and fro 2000 times between two requests, twice.
// Tricky: at nearly every moment one of them is asleep and the other about to be; never quiet.
// Elapsed: 6000 ms.
#include <future>
#include <stdexcept>

#include "client.hpp"

namespace {

constexpr int rounds = 2000;

void read_byte(int fd) {
    char byte = 0;
    if (fixture::read_some(fd, &byte, 1) != 1) {
        throw std::runtime_error("the other thread is gone");
    }
}

void ping_pong() {
    const fixture::Pipe there;
    const fixture::Pipe back;
    auto other = std::async(std::launch::async, [&] {
        for (int i = 0; i < rounds; ++i) {
            read_byte(there.read_end.get());
            fixture::write_all(back.write_end.get(), "o");
        }
    });
    for (int i = 0; i < rounds; ++i) {
        fixture::write_all(there.write_end.get(), "i");
        read_byte(back.read_end.get());
    }
    other.get();
}

void ping_pong_between_requests(const sockaddr_in& server) {
    fixture::work_between_requests(server, ping_pong);
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, ping_pong_between_requests);
}
