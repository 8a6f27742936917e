// Fills every register that a switch has to keep with a pattern, switches, and looks what is in
// them.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "switch_stack.hpp"

/// The content of all registers that a called function must preserve on Windows. The assembly in
/// patterns.cpp follows this order.
struct Patterns {
    std::array<VectorRegister, 10> xmm6_to_15{};
    std::array<std::uint64_t, 8> rbx_rbp_rdi_rsi_r12_to_15{};
    std::uint32_t mxcsr = 0x1f80;
    std::uint16_t x87_control = 0x037f;
};

/// Others for each number: also of how to round, by which the control words differ.
[[nodiscard]] Patterns patterns_of(std::uint64_t number);

/// The names of the registers in which the two differ, with blanks between.
[[nodiscard]] std::string differences(const Patterns& before, const Patterns& after);

/// Calls switch_stack with `before` in the registers, and puts into `*after` what was in them when
/// it returned. The caller's own are as they were.
extern "C" [[gnu::ms_abi]] void switch_with_patterns(const Patterns* before, Patterns* after,
                                                     void** leave, void* enter) noexcept;
