// Makes a page appear at the moment when somebody looks at it.
#include "mend.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>

bool mend([[maybe_unused]] const Region& region, [[maybe_unused]] std::uint64_t factor,
          [[maybe_unused]] const void* address) {
    // your code
    const auto start = reinterpret_cast<std::uintptr_t>(region.page(0));
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    if (wanted < start || wanted >= start + region.pages() * region.page_size()) {
        return false;
    }
    const std::size_t page = (wanted - start) / region.page_size();
    if (::mprotect(region.page(page), region.page_size(), PROT_READ | PROT_WRITE) < 0) {
        return false;
    }
    std::fill_n(region.page(page), region.numbers(), factor * page);
    return true;
    // end
}
