// Wrong: one request, answered and printed; then it exits while a forked child sleeps forever.
// The child keeps stdout open, so a judge that reads until its end waits forever, too.
// Verdict: a process left behind (elapsed 1000 ms, output right).
#include <unistd.h>

#include "client.hpp"

namespace {

void leave_a_child(const sockaddr_in& server) {
    fixture::fork_child([] {
        while (true) {
            // pause(2) returns only after a signal was handled, and then always -1.
            static_cast<void>(pause());
        }
    });
    fixture::print_received(fixture::get(server, fixture::milliseconds{1000}, "HelloWorld1"));
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, leave_a_child);
}
