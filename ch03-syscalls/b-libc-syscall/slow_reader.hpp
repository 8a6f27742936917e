// The other side of a pipe: it takes its time, and adds up what it got.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "owned_fd.hpp"

/// How many bytes, and a number that depends on each of them and on their order.
struct Tally {
    std::size_t bytes = 0;
    std::uint64_t checksum = 14'695'981'039'346'656'037U;

    /// Takes in what comes next: FNV-1a.
    void add(std::string_view text);
};

/// Reads `fd` to its end. First it waits for three ticks before each of two pages, so that whoever
/// writes has to wait too, and is interrupted; then for 120, and then it reads as fast as it can.
/// For a thread of its own, in which it blocks SIGALRM; needs a Ticker. Throws std::system_error,
/// named "read".
Tally read_slowly(OwnedFd fd);
