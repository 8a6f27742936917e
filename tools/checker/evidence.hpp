// What one run of a program showed. Gathered by run.hpp, judged by judge.hpp; no opinions here.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "launch.hpp"
#include "matcher.hpp"
#include "spec.hpp"

namespace checker {

/// One line of the story of a run.
struct TranscriptEntry {
    std::int64_t at_ms = 0;  ///< virtual time
    std::string who;         ///< "server", "clock", "stdout", "stderr", "checker", "program"
    std::string what;
};

/// What came on a connection and was not read yet.
struct Unread {
    std::uint64_t request = 0;  ///< 0: the connection had none
    std::uint32_t bytes = 0;
    bool end = false;  ///< the end of the connection, too
};

struct Evidence {
    enum class End {
        exited,      ///< or killed by a signal: `ended` tells
        stuck,       ///< quiet, and nothing in the world will wake it
        time_limit,  ///< the real-time budget ran out
    };
    Mode mode = Mode::serial;
    std::uint64_t seed = 0;
    End end = End::time_limit;
    std::optional<Ended> ended;
    std::chrono::milliseconds elapsed{};        ///< virtual
    std::chrono::milliseconds longest_delay{};  ///< of those asked for
    std::chrono::milliseconds sum_of_delays{};
    std::int64_t requests = 0;
    std::int64_t in_flight = 0;  ///< most requests waiting for their reply at one time
    std::int64_t resets = 0;     ///< connections that the program reset
    std::int64_t untold = 0;     ///< serial: replies after which it rested without a new line
    std::map<std::uint64_t, std::size_t> surplus;  ///< bytes behind a last request, by its number
    std::int64_t threads = 0;  ///< most seen at one time in the program's own process
    std::optional<WhileWaiting> while_waiting;
    std::optional<std::vector<std::pair<int, std::string>>> open_files;
    std::vector<std::string> children;  ///< still there after the program ended
    std::optional<std::map<std::string, std::int64_t>> syscalls;
    std::vector<std::string> calls;  ///< the last ones, if the plan asked for them
    std::string out;
    std::string err;
    bool output_cut = false;                    ///< more came than is kept
    std::vector<RepliedWith> replies;           ///< in the order of their last bytes
    std::map<std::string, std::string> values;  ///< server, host, port, refused, seed
    std::vector<std::string> waits;             ///< stuck: what each thread waits for
    /// What lay unread in the program's sockets while it waited, at the moment when most of them
    /// had bytes. For one that got stuck, at that moment; mere ends count then, too.
    std::vector<Unread> unread;
    std::vector<std::string> bells;  ///< its eventfds and timerfds, when it was stuck or looked at
    bool end_not_answered = false;   ///< stuck: a connection's end has come, and it did not close
    bool reply_complete_but_open = false;  ///< stuck: a whole reply was sent, nobody closed
    std::string perhaps;                   ///< time_limit: what may still have woken it
    /// A wait of its own, in words, that was to end before the next reply's virtual time: if it
    /// decides anything, the reply came too early for it. Pure sleeps, which polling has, aside.
    std::string own_timer;
    bool never_rested = false;       ///< virtual time moved while it ran: it spins
    std::chrono::nanoseconds cpu{};  ///< of the threads seen at one time, at most
    std::chrono::nanoseconds real{};
    std::chrono::nanoseconds budget{};
    std::vector<TranscriptEntry> transcript;
};

}  // namespace checker
