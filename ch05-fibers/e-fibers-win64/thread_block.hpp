// What Windows notes of a thread's stack. Linux has no such block: there we lay one out ourselves.
#pragma once

/// Where the thread's stack lies, as its thread block says. The block is called TIB or TEB; gs
/// points to it, and these are its fields at 0x1478, 0x10 and 0x08.
struct StackBounds {
    const void* allocation;  ///< the lowest address that is reserved, with guard pages
    const void* limit;       ///< the lowest address that may be used
    const void* base;        ///< the address behind the highest byte
};

/// To be called first in main, on its only thread. On Linux it makes gs point to a block with the
/// bounds of main's stack; throws std::system_error if that fails. On Windows the block is there;
/// it only makes stdout leave the ends of lines as they are.
void prepare_thread();

/// What the block says now.
[[nodiscard]] StackBounds stack_bounds() noexcept;
