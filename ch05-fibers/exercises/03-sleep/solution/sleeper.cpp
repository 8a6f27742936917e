// A queue of alarms, in the order of their times.
#include "sleeper.hpp"

void Sleeper::sleep_for(int duration_ms) {
    // your code
    sleeping_.emplace(clock_.now_ms() + duration_ms, fibers_.current());
    fibers_.park();
    // end
}

void Sleeper::run() {
    // your code
    fibers_.run();
    while (!sleeping_.empty()) {
        const int next = sleeping_.begin()->first;
        if (next > clock_.now_ms()) {
            clock_.sleep_until(next);
        }
        while (!sleeping_.empty() && sleeping_.begin()->first <= clock_.now_ms()) {
            fibers_.wake(sleeping_.begin()->second);
            sleeping_.erase(sleeping_.begin());
        }
        fibers_.run();
    }
    // end
}
