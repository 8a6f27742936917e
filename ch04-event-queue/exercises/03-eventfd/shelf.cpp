// A deque, and a pause in which other threads get ahead.
#include "shelf.hpp"

#include <chrono>
#include <iterator>
#include <thread>
#include <utility>

void Shelf::put(std::vector<std::string> lines) {
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
    const std::lock_guard lock(mutex_);
    lines_.insert(lines_.end(), std::make_move_iterator(lines.begin()),
                  std::make_move_iterator(lines.end()));
}

std::optional<std::string> Shelf::take() {
    const std::lock_guard lock(mutex_);
    if (lines_.empty()) {
        return std::nullopt;
    }
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    return line;
}
