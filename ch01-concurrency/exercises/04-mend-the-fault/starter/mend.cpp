// Makes a page appear at the moment when somebody looks at it.
#include "mend.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>

bool mend([[maybe_unused]] const Region& region, [[maybe_unused]] std::uint64_t factor,
          [[maybe_unused]] const void* address) {
    // your code
    return false;
    // end
}
