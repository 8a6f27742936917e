// What there is for breakfast: two dishes of three steps each, and how long each step takes. It
// says nothing of how they are made.
#pragma once

#include <chrono>
#include <optional>
#include <string>

/// A point of time in the story, counted from its beginning.
using Moment = std::chrono::milliseconds;

/// Something that takes time and no work: the water boils by itself.
struct Step {
    std::string name;  ///< with its dish, as in "coffee: water"
    Moment length;
    bool fails;  ///< at its end
};

/// The first two steps may go on side by side. The last one needs what both have made.
struct Dish {
    std::string name;
    Step first;
    Step second;
    Step finish;
};

struct Plan {
    Dish coffee;
    Dish toast;
};

/// Reads six lengths of 0 to 999,999 ms (water, beans, brewing, bread, butter, spreading) and, if
/// there is a seventh argument, the name of the step that fails. Without arguments the lengths are
/// those of the lesson. Returns nothing if they are anything else.
std::optional<Plan> parse_plan(int argc, const char* const* argv);

/// How long all of it would take one step after the other.
Moment sum_of_steps(const Plan& plan);

/// As a number of milliseconds.
std::string text(Moment moment);
