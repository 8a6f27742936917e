// The switch from one stack to another. It knows nothing of fibers, nor of who owns the stacks.
#pragma once

#include <cstdint>

#include "stack.hpp"

#if defined(__x86_64__)

/// What a stack holds while nobody runs on it: all that a called function must hand back as it
/// found it (System V ABI for x86-64, section 3.2.1), lowest address first. The assembly in
/// switch_stack.cpp follows this order.
struct SavedRegisters {
    std::uint32_t mxcsr = 0x1f80;  ///< SSE: how to round, what to trap; what a process begins with
    std::uint16_t x87_control = 0x037f;  ///< the same for the x87 unit, for long double
    std::uint16_t unused = 0;
    std::uint64_t r15 = 0;
    std::uint64_t r14 = 0;
    std::uint64_t r13 = 0;
    std::uint64_t r12 = 0;
    std::uint64_t rbx = 0;
    std::uint64_t rbp = 0;
    std::uint64_t resume = 0;  ///< the instruction to go on with
};

#elif defined(__aarch64__)

/// What a stack holds while nobody runs on it: all that a called function must hand back as it
/// found it (AAPCS64, sections 6.1.1 and 6.1.2), lowest address first. The assembly in
/// switch_stack.cpp follows this order.
struct SavedRegisters {
    std::uint64_t x19 = 0;
    std::uint64_t x20 = 0;
    std::uint64_t x21 = 0;
    std::uint64_t x22 = 0;
    std::uint64_t x23 = 0;
    std::uint64_t x24 = 0;
    std::uint64_t x25 = 0;
    std::uint64_t x26 = 0;
    std::uint64_t x27 = 0;
    std::uint64_t x28 = 0;
    std::uint64_t x29 = 0;     ///< the frame pointer
    std::uint64_t resume = 0;  ///< x30: the instruction to go on with
    std::uint64_t d8 = 0;      ///< the lower halves of v8 to v15; the upper ones are the caller's
    std::uint64_t d9 = 0;
    std::uint64_t d10 = 0;
    std::uint64_t d11 = 0;
    std::uint64_t d12 = 0;
    std::uint64_t d13 = 0;
    std::uint64_t d14 = 0;
    std::uint64_t d15 = 0;
    std::uint64_t fpcr = 0;  ///< how to round, what to trap; 0 is what a process begins with
    std::uint64_t unused = 0;
};

#else
#error "switch_stack speaks x86-64 and aarch64"
#endif

// The top of a stack is aligned to 16 bytes; it must still be when all this has been taken off.
static_assert(sizeof(SavedRegisters) % 16 == 0);

/// Saves the caller's registers on its stack and the resulting stack pointer in `*leave`, then goes
/// on with the stack whose stack pointer was saved as `enter`. Returns when somebody enters the one
/// that was left. It copies no stack and asks no kernel. A stack pointer that was saved is good for
/// one switch, on the thread that left it.
extern "C" void switch_stack(void** leave, void* enter) noexcept;

/// Puts onto `stack`, at its top, what switch_stack wants to find, and returns the stack pointer to
/// enter it with: the first switch begins `entry(argument)`, aligned as the ABI demands, with the
/// control words that a process begins with. `entry` must not return: there is nobody below it.
/// What lay on the stack before is overwritten.
[[nodiscard]] void* prepare_stack(const Stack& stack, void (*entry)(void*),
                                  void* argument) noexcept;
