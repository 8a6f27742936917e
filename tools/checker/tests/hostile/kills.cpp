// Sends SIGKILL, SIGTERM and SIGSTOP to its parent, to process 1 and to everybody (-1), a child of
// its own included, then makes a request as if nothing were.
// Verdict: none of it reaches anybody but the child.
#include <sys/wait.h>

#include <csignal>

#include "../programs/client.hpp"
#include "contained.hpp"

int main(int argc, char** argv) {
    hostile::only_in_containment();
    return fixture::run(argc, argv, [](const sockaddr_in& server) {
        const pid_t child = fixture::fork_child([] {
            for (;;) {
                pause();
            }
        });
        for (const int signal : {SIGSTOP, SIGTERM, SIGKILL}) {
            for (const pid_t victim : {getppid(), 1, -1}) {
                kill(victim, signal);
            }
        }
        int status = 0;
        fixture::checked(waitpid(child, &status, 0), "waitpid");
        fixture::print_line("the child died by " + std::to_string(WTERMSIG(status)));
        fixture::print_received(fixture::get(server, fixture::milliseconds{1000}, "HelloWorld1"));
    });
}
