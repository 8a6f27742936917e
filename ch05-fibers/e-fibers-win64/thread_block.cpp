// Reading the thread block is the same on both systems.
#include "thread_block.hpp"

StackBounds stack_bounds() noexcept {
    StackBounds bounds{};
    // volatile: a switch changes what lies there, and the compiler can't know.
    asm volatile(
        "movq %%gs:0x00, %[handlers]\n\t"      // the field at 0x00 of the block
        "movq %%gs:0x1478, %[allocation]\n\t"  // the one at 0x1478
        "movq %%gs:0x10, %[limit]\n\t"         // the one at 0x10
        "movq %%gs:0x08, %[base]"              // and the one at 0x08
        : [handlers] "=r"(bounds.handlers), [allocation] "=r"(bounds.allocation),
          [limit] "=r"(bounds.limit), [base] "=r"(bounds.base));
    return bounds;
}
