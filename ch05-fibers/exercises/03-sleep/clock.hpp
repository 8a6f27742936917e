// A clock that a test can look at: it counts milliseconds, and moves only when the thread sleeps.
#pragma once

#include "fibers.hpp"

/// The thread's clock. Sleeping takes no real time here.
class Clock {
public:
    /// `fibers` are those of this thread.
    explicit Clock(const Fibers& fibers) : fibers_(fibers) {}

    [[nodiscard]] int now_ms() const noexcept { return now_ms_; }

    /// Puts the whole thread to sleep until then, with all its fibers, and says so. Not in the
    /// past.
    void sleep_until(int time_ms);

private:
    const Fibers& fibers_;
    int now_ms_ = 0;
};
