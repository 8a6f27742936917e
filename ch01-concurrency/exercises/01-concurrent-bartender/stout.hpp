// How a stout is made: in steps, each of them some work for the hands and then some for the
// machine.
#pragma once

#include <array>

#include "bar.hpp"

struct Step {
    Seconds hands;    // nobody else can be served meanwhile
    Seconds machine;  // after that; nobody is needed
};

struct Recipe {
    /// Take the order and pour; let it settle and top it up; serve. After the hands' part of the
    /// last step the drink is served.
    std::array<Step, 3> steps;
    /// Hands: going on with a glass after having been at another one.
    Seconds change;
};

[[nodiscard]] constexpr Recipe stout(const Times& times) {
    return {{{{times.order, times.pour}, {times.serve, times.pour / 4}, {times.serve, 0}}},
            times.change};
}
