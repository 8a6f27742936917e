// Slow reader: large bodies in 4 KiB reads through a small receive buffer, napping every 64 KiB.
// Tricky: much of the reply waits at the server or unread while the only thread sleeps.
// Elapsed: 4000 ms: 1000 + 500 for 1 MiB, then 2500 for 256 KiB with a later reply outstanding.
#include <thread>

#include "client.hpp"

namespace {

using fixture::milliseconds;

std::string get_slowly(const sockaddr_in& server, milliseconds delay, std::size_t size) {
    constexpr int receive_buffer = 16 * 1024;
    constexpr std::size_t piece = 4 * 1024;
    constexpr std::size_t between_naps = 64 * 1024;
    fixture::Exchange exchange(server, delay, "x?size=" + std::to_string(size), receive_buffer);
    std::size_t since_nap = 0;
    while (!exchange.complete()) {
        since_nap += exchange.read_piece(piece);
        if (since_nap >= between_naps) {
            std::this_thread::sleep_for(milliseconds{1});
            since_nap = 0;
        }
    }
    return exchange.body();
}

void read_slowly_between_requests(const sockaddr_in& server) {
    fixture::print_received(get_slowly(server, milliseconds{1000}, 1024 * 1024));
    fixture::print_received(fixture::get(server, milliseconds{500}, "second"));

    fixture::Exchange meanwhile(server, milliseconds{2400}, "meanwhile");
    fixture::print_received(get_slowly(server, milliseconds{1000}, 256 * 1024));
    fixture::print_received(fixture::get(server, milliseconds{1500}, "fourth"));
    fixture::print_received(meanwhile.finish());
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, read_slowly_between_requests);
}
