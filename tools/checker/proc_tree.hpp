// What /proc tells of every thread of a process tree: does it sleep, in what, how often has it run.
// It judges nothing; quiescence.hpp does.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fd.hpp"

namespace checker {

/// One look at one thread.
struct ThreadLook {
    pid_t process = 0;
    pid_t thread = 0;
    char state = '?';             ///< as in /proc/PID/stat: R, S, D, T, t, Z …
    bool off_cpu = false;         ///< /proc/PID/syscall did not say "running"
    std::uint64_t run_count = 0;  ///< times it was put on a CPU (schedstat)
    std::uint64_t cpu_ns = 0;
    long syscall = -1;  ///< number of the system call it sleeps in; -1: none or unknown
    std::array<std::uint64_t, 6> arguments{};

    /// Stopped threads count as asleep: a sibling may continue them.
    bool asleep() const { return off_cpu && (state == 'S' || state == 't' || state == 'T'); }
    bool zombie() const { return state == 'Z' || state == 'X'; }
};

/// The wait that a sleeping thread is in, decoded from its system call and arguments.
struct Wait {
    std::string words;                   ///< "epoll_wait(fd 3, forever)"
    std::optional<double> milliseconds;  ///< when its own timer ends it, at most; none: never
    bool pure_sleep = false;             ///< nothing but time (or another thread) can end it
};
Wait decode_wait(const ThreadLook&);

/// Which reading comes first decides what two looks prove together: see quiescence.cpp.
enum class ReadOrder { run_count_first, run_count_last };

/// Reads a tree of processes below a root, which is included, and helper processes beside it
/// (threads only). Keeps /proc files open between looks. One thread only.
class ProcTree {
public:
    explicit ProcTree(pid_t root, std::vector<pid_t> helpers = {});

    /// Every thread in order of its id, zombies left out. No value if a thread came or went
    /// meanwhile in a way that makes the look worthless.
    std::optional<std::vector<ThreadLook>> look(ReadOrder order);

    pid_t root() const { return root_; }

private:
    /// A wait that a stop interrupted goes on as restart_syscall(2), whose arguments say nothing.
    /// It is the wait seen before at the same place of the stack.
    struct LastWait {
        long syscall = -1;
        std::array<std::uint64_t, 6> arguments{};
        std::uint64_t stack_pointer = 0;
    };
    struct Files {
        LastWait last_wait;
        Fd schedstat;
        Fd syscall;
        Fd stat;
        Fd children;
    };
    static void read_wait(std::string_view text, LastWait& last, ThreadLook& into);
    bool read_thread(pid_t process, pid_t thread, ReadOrder order, ThreadLook& into);
    void append_children(pid_t process, pid_t thread, std::vector<pid_t>& into);

    pid_t root_;
    std::vector<pid_t> helpers_;
    std::unordered_map<pid_t, Files> files_;
};

/// The same threads, and none was put on a CPU from one look to the other.
bool nobody_ran(const std::vector<ThreadLook>& first, const std::vector<ThreadLook>& second);

/// Timers of its own that may wake the tree without us, in words; "perhaps" where it can't be told.
struct OwnTimers {
    std::vector<std::string> certain;
    std::vector<std::string> perhaps;
};
OwnTimers own_timers(const std::vector<ThreadLook>& threads);

/// The eventfds and timerfds of a process, each with its state and who watches it, in words.
std::vector<std::string> bells_in_words(pid_t process);

/// The processes whose name (/proc/PID/comm) is one of these.
std::vector<pid_t> processes_named(const std::vector<std::string>& names);

/// Who traces that process; 0: nobody.
pid_t tracer_of(pid_t process);

}  // namespace checker
