// The timer queue: callbacks, and the moments at which they are due. One thread, one place to
// sleep.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "clock.hpp"
#include "plan.hpp"

/// Belongs to one thread. Its callbacks may put further ones into it.
class TimerQueue {
public:
    using Callback = std::function<void()>;

    /// To be called when `when` has come, by run(). Callbacks for the same moment are called in the
    /// order in which they were put in. For a moment that is over: as soon as can be.
    void call_at(Moment when, Callback callback);

    /// Sleeps until the next callback is due and calls it, until there are none. What a callback
    /// throws leaves run(), and those that are still to come stay.
    void run();

    const Clock& clock() const { return clock_; }

private:
    struct Timer {
        Moment when;
        std::uint64_t number;  ///< how many were put in before
        Callback callback;
    };

    static bool is_later(const Timer& left, const Timer& right);
    Timer take_next();

    Clock clock_;
    std::vector<Timer> heap_;  // the next one due is in front; see std::push_heap
    std::uint64_t count_ = 0;
};
