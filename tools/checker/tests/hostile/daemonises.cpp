// Becomes a daemon: forks twice, in a session of its own, and lets go of all descriptors. The
// program itself exits with 0 at once, while the daemon sleeps, computes or prints for ever.
// Verdict: a process left behind.
#include <string_view>

#include "../programs/client.hpp"
#include "contained.hpp"

int main(int, char** argv) {
    hostile::only_in_containment();
    const std::string_view manner = argv[1];
    fixture::wait_for_child(fixture::fork_child([manner] {
        fixture::checked(setsid(), "setsid");
        fixture::fork_child([manner] {
            if (manner != "prints") {
                close_range(0, ~0U, 0);
            }
            while (manner == "sleeps") {
                pause();
            }
            for (volatile bool going_on = true; going_on;) {
                if (manner == "prints") {
                    fixture::print_line("still here");
                }
            }
        });
    }));
}
