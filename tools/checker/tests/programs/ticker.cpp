// Ticker: a second thread wakes every 10 ms and has nothing to do; main requests five in a row.
// Tricky: its sleep looks like a poller's, but no reply will ever be its concern.
// Elapsed: 15000 ms.
#include <thread>

#include "client.hpp"

namespace {

void tick(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

void five_in_a_row_with_ticker(const sockaddr_in& server) {
    const std::jthread ticker(tick);
    for (int i = 1; i <= 5; ++i) {
        const fixture::milliseconds delay{(6 - i) * 1000};
        fixture::print_received(fixture::get(server, delay, "HelloWorld" + std::to_string(i)));
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, five_in_a_row_with_ticker);
}
