// What the kernel tells about itself and about our threads, through /proc and getrusage(2). What it
// does not tell is nullopt, and nobody makes it up.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

/// How often the softirq that receives packets has run since the machine started, on all processors
/// together and for everybody: /proc/softirqs, NET_RX.
[[nodiscard]] std::optional<std::uint64_t> net_rx_softirqs();

/// How often the calling thread has given up its processor because it had to wait. Throws
/// std::system_error, named "getrusage".
[[nodiscard]] long voluntary_switches();

/// A thread of this process, seen from outside: proc(5), /proc/PID/task/TID. These are several
/// files, read one after the other; two looks that are equal tell of one moment.
struct ThreadLook {
    char state = '?';                         // R: runs or could run; S: sleeps, a signal wakes it
    std::optional<std::int64_t> system_call;  // its number, if it is in one
    std::optional<std::int64_t> descriptor;   // the first argument of that call
    std::optional<std::string> sleeps_at;     // the function of the kernel that put it to sleep
    std::optional<std::int64_t> voluntary_switches;  // so far

    bool operator==(const ThreadLook&) const = default;
};

/// Looks at thread `thread`; nullopt if it has ended.
[[nodiscard]] std::optional<ThreadLook> look_at(pid_t thread);
