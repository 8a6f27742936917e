// Polling rarely: one request, a read that doesn't wait every 150 ms.
// Tricky: whoever looks for 50 ms at what it does while it waits sees it do nothing.
// Elapsed: 1000 ms.
#include <thread>

#include "client.hpp"

namespace {

void poll_rarely(const sockaddr_in& server) {
    fixture::Exchange exchange(server, fixture::milliseconds{1000}, "HelloWorld1");
    while (!exchange.complete()) {
        std::this_thread::sleep_for(fixture::milliseconds{150});
        exchange.read_available();
    }
    fixture::print_received(exchange.body());
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, poll_rarely);
}
