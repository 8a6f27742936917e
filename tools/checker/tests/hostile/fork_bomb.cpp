// Fork bomb: every process forks for as long as it may, then sleeps; or, with "spins", goes on
// trying. Should nothing else stop it, a fuse does. Prints how many processes there came to be.
// Verdict: stuck with all its processes asleep, or the time limit.
#include <sys/mman.h>

#include <atomic>
#include <string_view>

#include "../programs/client.hpp"
#include "contained.hpp"

int main(int, char** argv) {
    hostile::only_in_containment();
    constexpr int fuse = 2000;
    const bool spins = std::string_view(argv[1]) == "spins";
    void* const page =
        mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        return 1;
    }
    auto* const processes = new (page) std::atomic<int>(1);
    for (;;) {
        if (*processes >= fuse) {
            fixture::print_line("the fuse blew");
            std::_Exit(1);
        }
        const pid_t child = fork();
        if (child == 0) {
            ++*processes;
        } else if (child == -1 && !spins) {
            break;
        }
    }
    fixture::print_line(std::to_string(*processes));
    for (;;) {
        pause();
    }
}
