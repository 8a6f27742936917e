// What the signal handler of main.cpp calls: your part.
#pragma once

#include <cstdint>

#include "region.hpp"

/// Called in a signal handler, with the address that faulted. If it lies in one of the region's
/// pages, makes that page, and no other, readable and writable, fills it with the number that
/// belongs there (`factor` times the number of the page, in each of its numbers()), and returns
/// true. The instruction is then tried again. Otherwise, or if the system refuses, returns false,
/// and the program dies of the fault. Calls nothing that may allocate or lock.
[[nodiscard]] bool mend(const Region& region, std::uint64_t factor, const void* address);
