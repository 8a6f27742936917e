// Runs a program once, in one mode, against the delay server, and gathers the evidence. Virtual
// time moves only when quiescence.hpp says so. It passes no verdict.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "evidence.hpp"
#include "launch.hpp"
#include "spec.hpp"

namespace checker {

struct RunPlan {
    Command command;  ///< argv may hold ${server}, ${host}, ${port}, ${seed}; scratch is filled in
    Mode mode = Mode::serial;
    std::uint64_t seed = 1;
    ServerKind server = ServerKind::normal;
    Clock clock = Clock::virtual_time;
    bool expect_spins = false;     ///< don't wait long for a program that may never rest
    bool observe_waiting = false;  ///< look what it does while it waits (50 ms of real time)
    std::vector<std::string> count_syscalls;  ///< not empty: run under strace
    std::vector<std::string>
        interrupt_syscalls;   ///< not empty: strace makes every other fail: EINTR
    bool tell_calls = false;  ///< run under strace; with observe_waiting it ends when that is known
    std::chrono::nanoseconds budget = std::chrono::seconds(60);  ///< real time
    std::filesystem::path scratch_root;  ///< a folder of its own is made below and removed
    std::vector<pid_t> helpers;          ///< processes to watch besides the tree
    /// Bytes of output taken per millisecond; 0: as fast as they come. For tests.
    std::size_t output_per_ms = 0;
    int backlog = 4096;  ///< connections that may wait to be accepted. For tests.
    /// Called with each line of the story as it is told; may be empty.
    std::function<void(const TranscriptEntry&)> on_entry;

    /// Whether it takes strace.
    bool traced() const {
        return tell_calls || !count_syscalls.empty() || !interrupt_syscalls.empty();
    }
};

/// Begins anew, twice at most, if strace came too late to the program, which then has not begun.
/// Throws std::system_error or std::runtime_error if the run could not take place; that is an
/// error, never a verdict.
/// Throws Stopped (stop.hpp).
Evidence run(const RunPlan& plan);

/// Why evidence from strace can't be had here ("strace is not installed"), or empty if it can.
const std::string& strace_unavailable();

}  // namespace checker
