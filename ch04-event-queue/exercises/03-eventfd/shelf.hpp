// Lines on their way from one thread to another. It wakes nobody.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

/// A queue of lines behind a mutex. Any thread may call it at any time.
class Shelf {
public:
    /// Puts the lines at the end, all in one go. It takes its time: 40 ms, and only when it returns
    /// do they lie there. Whoever relies on the other thread being slower is found out.
    void put(std::vector<std::string> lines);

    /// Takes the first line; nullopt if there is none. Never waits for one.
    [[nodiscard]] std::optional<std::string> take();

private:
    std::mutex mutex_;
    std::deque<std::string> lines_;  // mutex_ held
};
