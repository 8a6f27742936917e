// Time, told line by line.
#include "clock.hpp"

#include <iostream>

void Clock::sleep_until(int time_ms) {
    std::cout << (fibers_.current() != nullptr ? "a fiber puts the thread to sleep from "
                                               : "the thread sleeps from ")
              << now_ms_ << " to " << time_ms << '\n';
    now_ms_ = time_ms;
}
