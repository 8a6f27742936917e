// Sleeping for fibers: the one that sleeps has no turn, and the thread sleeps only if all do.
#pragma once

#include <map>

#include "clock.hpp"
#include "fibers.hpp"

class Sleeper {
public:
    Sleeper(Fibers& fibers, Clock& clock) : fibers_(fibers), clock_(clock) {}

    /// Returns when so many milliseconds have passed, at least 0; the other fibers run meanwhile.
    /// From a fiber only. Whose time has come goes on when no fiber is ready that doesn't sleep,
    /// also after 0 ms; those of the same time in the order in which they went to sleep.
    void sleep_for(int duration_ms);

    /// Runs the fibers until all have ended. When all of them sleep, the thread sleeps until the
    /// first has to be woken, and no longer. Not from a fiber.
    void run();

private:
    Fibers& fibers_;
    Clock& clock_;
    /// Who has to be woken at which time. A multimap keeps equal keys in the order of insertion.
    std::multimap<int, Fibers::Fiber*> sleeping_;
};
