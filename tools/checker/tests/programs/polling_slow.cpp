// Polling slowly: reads that don't wait, with a nanosleep of 10 ms between rounds; one thread.
// Tricky: a judge that takes any long sleep for waiting moves on before the reply was looked at.
// Elapsed: 3000 ms, the sum in each of four chains.
#include "polling.hpp"

namespace {

void poll_every_ten_milliseconds(const sockaddr_in& server) {
    fixture::poll_in_rounds(server,
                            [] { std::this_thread::sleep_for(std::chrono::milliseconds{10}); });
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, poll_every_ten_milliseconds);
}
