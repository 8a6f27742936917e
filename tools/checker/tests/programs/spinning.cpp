// Spinning: reads that don't wait, round after round without any sleep; one thread.
// Tricky: never asleep, so only the CPU time that it burns shows that it has nothing else to do.
// Elapsed: 3000 ms, the sum in each of four chains.
#include "polling.hpp"

namespace {

void spin(const sockaddr_in& server) {
    fixture::poll_in_rounds(server, [] {});
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, spin);
}
