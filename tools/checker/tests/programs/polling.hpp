// Non-blocking reads in rounds, the part that polling.cpp, polling_slow.cpp and spinning.cpp share.
// They differ in what happens between two rounds.
#pragma once

#include <algorithm>
#include <functional>
#include <thread>

#include "client.hpp"

namespace fixture {

/// Four chains of three requests side by side, 3000 ms, on one thread that never waits for a
/// descriptor: it tries all of them, calls `pause`, and tries again.
inline void poll_in_rounds(const sockaddr_in& server, const std::function<void()>& pause) {
    auto chains = start_chains(server, 4, 3);
    while (true) {
        for (auto& chain : chains) {
            if (!chain.done()) {
                chain.advance();
            }
        }
        if (std::ranges::all_of(chains, &Chain::done)) {
            return;
        }
        pause();
    }
}

}  // namespace fixture
