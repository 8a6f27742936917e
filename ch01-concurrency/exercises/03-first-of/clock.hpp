// The clock of the story: it stands at 0 when it is made, and threads sleep until a moment on it.
// It can also tell what has really gone by.
#pragma once

#include <chrono>

#include "plan.hpp"

/// All moments are counted from one start, so lateness doesn't add up: whoever wakes too late
/// sleeps less the next time. Any number of threads may sleep on one clock.
class Clock {
public:
    /// Puts the calling thread to sleep, and no other. One system call, except when a signal
    /// interrupts it; also for a moment that is over, and then it returns at once. Throws
    /// std::system_error. See clock_nanosleep(2).
    void sleep_until(Moment moment) const;

    /// How much time has really gone by.
    Moment now() const;

    /// For how much time processors have worked for this program, all of its threads together. What
    /// sleeps adds nothing. See clock(3).
    static Moment worked();

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};
