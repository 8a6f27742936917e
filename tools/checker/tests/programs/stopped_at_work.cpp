// Stopped at work: a child stops the parent while it computes between two requests, and continues
// it 50 ms later. Tricky: the stopped parent sleeps and nothing is unread, but it has more to send;
// only the child's short sleep says so. Elapsed: 6000 ms.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "client.hpp"

namespace {

/// Forks a child that stops this process at once and lets it go on 50 ms later; computes meanwhile.
void work_while_being_stopped() {
    const pid_t child = fixture::fork_child([parent = getpid()] {
        fixture::checked(kill(parent, SIGSTOP), "kill");
        std::this_thread::sleep_for(fixture::milliseconds{50});
        fixture::checked(kill(parent, SIGCONT), "kill");
    });
    for (volatile bool going_on = true; going_on;) {
        siginfo_t ended{};
        fixture::checked(
            waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT), "waitid");
        going_on = ended.si_pid == 0;
    }
    fixture::wait_for_child(child);
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, [](const sockaddr_in& server) {
        fixture::work_between_requests(server, work_while_being_stopped);
    });
}
