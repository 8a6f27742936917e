// Zombies: three children end before the first request, and nobody ever waits for them.
// Tricky: their state is Z, and what /proc has of them can't be read any more. Elapsed: 6000 ms.
#include <sys/wait.h>

#include "client.hpp"

namespace {

void request_among_zombies(const sockaddr_in& server) {
    for (int i = 0; i < 3; ++i) {
        const pid_t child = fixture::fork_child([] {});
        siginfo_t ended{};
        fixture::checked(waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT),
                         "waitid");
    }
    fixture::work_between_requests(server, [] {});
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, request_among_zombies);
}
