// A calculation that lives in registers, to see whether a switch keeps them.
#pragma once

#include <cstdint>

/// Passes eight numbers, `start` and the seven after it, around in a circle, `rounds` times by one
/// place, and calls `pause(argument)` each time. Returns a number that depends on where each of
/// them has come to. Compiled with optimisation, it keeps as many of them as it can in registers
/// that pause must hand back as it found them.
std::uint64_t circle(std::uint64_t start, int rounds, void (*pause)(void*), void* argument);

/// The same with double, for processors with such registers of this kind.
double circle(double start, int rounds, void (*pause)(void*), void* argument);
