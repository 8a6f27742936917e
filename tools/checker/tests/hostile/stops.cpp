// Stops "itself", or "all": itself and a child of it, at once. Nobody will ever continue them.
// Verdict: the time limit, since whoever is stopped from outside is not judged.
#include <csignal>
#include <string_view>

#include "../programs/client.hpp"
#include "contained.hpp"

int main(int, char** argv) {
    hostile::only_in_containment();
    if (std::string_view(argv[1]) == "all") {
        fixture::fork_child([] {
            for (;;) {
                pause();
            }
        });
        kill(0, SIGSTOP);
    }
    raise(SIGSTOP);
}
