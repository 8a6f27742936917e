// The switch in the convention of Windows for x86-64. On Linux it is called in that convention,
// too, so the same instructions can be tested on both.
#pragma once

#if !defined(__x86_64__)
#error "This stage is about x86-64"
#endif

#include <array>
#include <cstdint>

#include "stack.hpp"

/// One of xmm6 to xmm15, all of its 16 bytes.
struct alignas(16) VectorRegister {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

/// What a stack holds while nobody runs on it, lowest address first: all that a called function
/// must hand back as it found it, and what Windows notes of each thread's stack ("x64 ABI
/// conventions" in Microsoft's documentation). The assembly in switch_stack.cpp follows this order.
struct SavedRegisters {
    std::array<VectorRegister, 10> xmm6_to_15{};
    std::uint32_t mxcsr = 0x1f80;
    std::uint16_t x87_control = 0x037f;
    std::uint16_t unused = 0;
    std::uint64_t handlers = ~std::uint64_t{0};  ///< thread block, 0x00: none, for exceptions
    std::uint64_t allocation = 0;                ///< 0x1478: the lowest address that is reserved
    std::uint64_t limit = 0;                     ///< 0x10: the lowest address that may be used
    std::uint64_t base = 0;                      ///< 0x08: the address behind the highest byte
    std::uint64_t r15 = 0;
    std::uint64_t r14 = 0;
    std::uint64_t r13 = 0;
    std::uint64_t r12 = 0;
    std::uint64_t rdi = 0;
    std::uint64_t rsi = 0;
    std::uint64_t rbx = 0;
    std::uint64_t rbp = 0;
    std::uint64_t resume = 0;  ///< the instruction to go on with
};

// The top of a stack is aligned to 16 bytes; it must still be when all this has been taken off.
static_assert(sizeof(SavedRegisters) % 16 == 0);

/// As in stage c, and the thread block names the stack that is gone on with.
extern "C" [[gnu::ms_abi]] void switch_stack(void** leave, void* enter) noexcept;

/// As in stage c. `entry` is called in the system's own convention.
[[nodiscard]] void* prepare_stack(const Stack& stack, void (*entry)(void*),
                                  void* argument) noexcept;
