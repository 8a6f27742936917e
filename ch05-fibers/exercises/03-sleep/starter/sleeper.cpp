// A queue of alarms, in the order of their times.
#include "sleeper.hpp"

void Sleeper::sleep_for(int duration_ms) {
    // your code
    clock_.sleep_until(clock_.now_ms() + duration_ms);
    // end
}

void Sleeper::run() {
    // your code
    fibers_.run();
    // end
}
