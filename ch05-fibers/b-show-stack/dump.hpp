// Looks at what switch_stack and prepare_stack have left on a stack. It changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>

#include "stack.hpp"
#include "switch_stack.hpp"

/// The processor's name, and where three of the SavedRegisters are to be found, in bytes from where
/// the stack was left.
constexpr std::size_t resume_offset = offsetof(SavedRegisters, resume);
#if defined(__x86_64__)
constexpr const char* machine = "x86-64";
constexpr std::size_t entry_offset = offsetof(SavedRegisters, r12);
constexpr std::size_t argument_offset = offsetof(SavedRegisters, r13);
#elif defined(__aarch64__)
constexpr const char* machine = "aarch64";
constexpr std::size_t entry_offset = offsetof(SavedRegisters, x19);
constexpr std::size_t argument_offset = offsetof(SavedRegisters, x20);
#endif

/// The eight bytes at `address`. Throws std::out_of_range if they aren't all on `stack`, or not at
/// a multiple of eight. Nobody else may run on that stack meanwhile.
[[nodiscard]] std::uint64_t word_at(const Stack& stack, const void* address);

/// Prints the SavedRegisters at `left_at`, where the stack was left or has been prepared, a line
/// for each eight bytes, the highest address first: address, value, distance from the top, meaning.
/// Throws as word_at does.
void dump_saved_registers(const Stack& stack, const void* left_at);

/// 0x00007f5e8c1c4028, as all addresses and values are printed.
struct Hex {
    explicit Hex(const void* address) : value(reinterpret_cast<std::uintptr_t>(address)) {}
    explicit Hex(std::uint64_t number) : value(number) {}
    std::uint64_t value;
};
std::ostream& operator<<(std::ostream& out, Hex hex);
