// Attacks its parent, which is the checker's init, by other means than signals: ptrace, memory,
// descriptors, its limits. Then it tries to raise its own limits and priority. Prints how each
// went. Verdict: nothing is "done".
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <iterator>

#include "contained.hpp"

namespace {

bool write_memory_of(pid_t process) {
    char byte = 0;
    const iovec local{&byte, 1};
    const iovec remote{reinterpret_cast<void*>(&write_memory_of), 1};
    return process_vm_writev(process, &local, 1, &remote, 1, 0) == 1;
}

bool take_descriptor_of(pid_t process) {
    const int handle = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    return handle != -1 && syscall(SYS_pidfd_getfd, handle, 3, 0) != -1;
}

bool raise_limit(__rlimit_resource what) {
    rlimit now{};
    getrlimit(what, &now);
    now.rlim_max = RLIM_INFINITY;
    now.rlim_cur = RLIM_INFINITY;
    return setrlimit(what, &now) == 0;
}

bool write_text(const char* path, const char* text) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd != -1 && write(fd, text, std::strlen(text)) != -1;
}

}  // namespace

int main() {
    hostile::only_in_containment();
    hostile::tell("attach", ptrace(PTRACE_ATTACH, 1, nullptr, nullptr) == 0);
    hostile::tell("seize", ptrace(PTRACE_SEIZE, 1, nullptr, nullptr) == 0);
    hostile::tell("memory", write_memory_of(1));
    hostile::tell("descriptor", take_descriptor_of(1));
    // Those of a process of the same user may be lowered; what init still has to do needs none.
    const rlimit none{0, 0};
    for (int what = 0; what < RLIM_NLIMITS; ++what) {
        prlimit(1, static_cast<__rlimit_resource>(what), &none, nullptr);
    }
    hostile::tell("file limit", raise_limit(RLIMIT_FSIZE));
    hostile::tell("core limit", raise_limit(RLIMIT_CORE));
    hostile::tell("memory limit", raise_limit(RLIMIT_AS));
    hostile::tell("priority", setpriority(PRIO_PROCESS, 0, -20) == 0);
    const sched_param real_time{.sched_priority = 1};
    hostile::tell("real time", sched_setscheduler(0, SCHED_FIFO, &real_time) == 0);
    hostile::tell("never killed for memory", write_text("/proc/self/oom_score_adj", "-1000"));
}
