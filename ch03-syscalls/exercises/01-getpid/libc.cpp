// In this program libc's own ways to ask for a process id give no answer: the linker takes these.
#include <sys/types.h>

extern "C" {

pid_t getpid() noexcept {
    return -1;
}

long syscall(long /*number*/, ...) noexcept {
    return -1;
}
}
