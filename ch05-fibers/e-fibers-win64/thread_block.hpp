// What Windows notes of a thread's stack. Linux has no such block: there we lay one out ourselves.
#pragma once

#include <cstdint>

/// Where the thread's stack lies, as its thread block says. The block is called TIB or TEB; gs
/// points to it, and these are its fields at 0x00, 0x1478, 0x10 and 0x08.
struct StackBounds {
    const void* handlers;    ///< for exceptions: a list whose entries lie on the stack
    const void* allocation;  ///< the lowest address that is reserved, with guard pages
    const void* limit;       ///< the lowest address that may be used
    const void* base;        ///< the address behind the highest byte
};

/// The end of that list; so the list of a stack that has none begins with it.
inline const void* const no_handlers = reinterpret_cast<const void*>(~std::uintptr_t{0});

/// To be called first in main, on its only thread. On Linux it makes gs point to a block with the
/// bounds of main's stack, and with something that is no list, to be left alone; throws
/// std::system_error if that fails. On Windows the block is there; it only makes stdout leave the
/// ends of lines as they are.
void prepare_thread();

/// What the block says now.
[[nodiscard]] StackBounds stack_bounds() noexcept;
