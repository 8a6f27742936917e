// What every hostile program begins with: the proof that it can do harm to nobody but itself.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace hostile {

/// Ends the program unless it is the first child of a PID namespace's init. Outside of one, process
/// 2 is the kernel's. To be called before anything else, in main().
inline void only_in_containment() {
    if (getpid() != 2 || getppid() != 1) {
        std::fputs("this program does harm: run it through the checker only\n", stderr);
        std::_Exit(99);
    }
}

/// Prints `what` and how that went: "done", or the error's name. Returns `done`.
inline bool tell(const char* what, bool done) {
    const int error = errno;
    std::printf("%s: %s\n", what, done ? "done" : strerrorname_np(error));
    std::fflush(stdout);
    return done;
}

}  // namespace hostile
