// fork(2), waitpid(2), and a signal handler that tells its story through a pipe, on a stack of its
// own: that of the program may be what is used up.
#include "fault.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <exception>
#include <iostream>
#include <system_error>

#include "owned_fd.hpp"

namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::system_category(), call);
}

// Set before the handler is installed, which then only reads it.
int report_to = -1;

// A handler may come at any instruction, also within malloc: it calls only what signal-safety(7)
// allows, and write(2) is on that list. The pipe takes these few bytes whole.
void report(int, siginfo_t* info, void*) {
    const Fault fault{info->si_code, info->si_addr};
    if (::write(report_to, &fault, sizeof fault) != sizeof fault) {
        ::_exit(3);
    }
}

// SA_RESETHAND: this handler is used once. When it returns the processor tries the same instruction
// again, it faults again, and now nobody is there to take the signal: the child dies of it.
// SA_ONSTACK: it runs on the stack that sigaltstack(2) has been told of.
void report_first_fault() {
    static std::array<std::byte, 65'536> stack_of_handler;
    const stack_t stack{
        .ss_sp = stack_of_handler.data(), .ss_flags = 0, .ss_size = stack_of_handler.size()};
    if (::sigaltstack(&stack, nullptr) < 0) {
        fail("sigaltstack");
    }
    struct sigaction action{};
    action.sa_sigaction = report;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    if (::sigaction(SIGSEGV, &action, nullptr) < 0) {
        fail("sigaction");
    }
    const rlimit no_core_file{0, 0};
    if (::setrlimit(RLIMIT_CORE, &no_core_file) < 0) {
        fail("setrlimit");
    }
}

// Never returns into the parent's code, and leaves without running its destructors.
[[noreturn]] void be_the_child(int report_fd, const std::function<void()>& action) {
    try {
        report_to = report_fd;
        report_first_fault();
        action();
        ::_exit(0);
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        ::_exit(1);
    }
}

std::optional<Fault> read_fault(const OwnedFd& pipe_end) {
    Fault fault{};
    ssize_t size = 0;
    do {
        size = ::read(pipe_end.get(), &fault, sizeof fault);
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        fail("read");
    }
    return size == sizeof fault ? std::optional(fault) : std::nullopt;
}

std::optional<int> wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            fail("waitpid");
        }
    }
    return WIFSIGNALED(status) ? std::optional(WTERMSIG(status)) : std::nullopt;
}

}  // namespace

Ending run_in_child(const std::function<void()>& action) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) {
        fail("pipe2");
    }
    const OwnedFd read_end(ends[0], "pipe2");
    std::optional<OwnedFd> write_end(std::in_place, ends[1], "pipe2");
    const pid_t child = ::fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        be_the_child(write_end->get(), action);
    }
    // The pipe ends when its last writing end is closed: ours now, the child's when it dies.
    write_end.reset();
    const std::optional<Fault> fault = read_fault(read_end);
    return {wait_for(child), fault};
}
