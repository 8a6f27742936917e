// A heap of timers, and the loop that empties it.
#include "timer_queue.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

void TimerQueue::call_at(Moment when, Callback callback) {
    heap_.push_back({when, count_, std::move(callback)});
    ++count_;
    std::ranges::push_heap(heap_, is_later);
}

void TimerQueue::run() {
    while (!heap_.empty()) {
        // Out of the heap before it is called: the callback may put others in.
        const Timer next = take_next();
        clock_.sleep_until(next.when);
        next.callback();
    }
}

// A heap keeps no order among equals: only the number makes it first in, first out.
bool TimerQueue::is_later(const Timer& left, const Timer& right) {
    return std::tie(left.when, left.number) > std::tie(right.when, right.number);
}

TimerQueue::Timer TimerQueue::take_next() {
    std::ranges::pop_heap(heap_, is_later);
    Timer next = std::move(heap_.back());
    heap_.pop_back();
    return next;
}
