// Its own timer decides: waits at most 100 ms for a reply that takes 400 ms, and says so if it
// doesn't come. Right only with the real clock: virtual time knows nothing of poll(2)'s.
#include <poll.h>

#include "client.hpp"

namespace {

void wait_with_a_limit(const sockaddr_in& server) {
    fixture::Exchange exchange(server, fixture::milliseconds{400}, "HelloWorld1");
    pollfd readable{.fd = exchange.fd(), .events = POLLIN, .revents = 0};
    if (fixture::checked(poll(&readable, 1, 100), "poll") == 0) {
        fixture::print_line("TIMED OUT");
    }
    fixture::print_received(exchange.finish());
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, wait_with_a_limit);
}
