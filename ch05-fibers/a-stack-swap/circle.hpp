// A calculation that lives in registers, to see whether a switch keeps them.
#pragma once

#include <cstdint>

/// Passes eight numbers, `start` and the seven after it, around in a circle, `rounds` times by one
/// place. Returns a number that depends on where each of them has come to.
std::uint64_t circle(std::uint64_t start, int rounds);
/// The same with double, for processors that have registers of this kind to be kept.
double circle(double start, int rounds);

/// The same, with a switch after each step, from `*leave` to `*enter`. Compiled with optimisation,
/// it has as many of the numbers as it can in registers that a switch must keep. It calls
/// switch_stack itself: any function between the two might save a register by chance.
std::uint64_t circle(std::uint64_t start, int rounds, void** leave, void** enter);
double circle(double start, int rounds, void** leave, void** enter);
