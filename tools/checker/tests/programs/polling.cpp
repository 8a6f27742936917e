// Polling: reads that don't wait, with a nanosleep of 1 ms between rounds; one thread.
// Tricky: it sleeps with a reply unread or a request unsent, and all of its sleeps look alike.
// Elapsed: 3000 ms, the sum in each of four chains.
#include "polling.hpp"

namespace {

void poll_every_millisecond(const sockaddr_in& server) {
    fixture::poll_in_rounds(server,
                            [] { std::this_thread::sleep_for(std::chrono::milliseconds{1}); });
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, poll_every_millisecond);
}
