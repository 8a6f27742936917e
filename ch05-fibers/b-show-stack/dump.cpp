// The words of SavedRegisters by name, and reading them with care.
#include "dump.hpp"

#include <array>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace {

constexpr std::size_t word_size = sizeof(std::uint64_t);

// In the order of SavedRegisters: lowest address first.
#if defined(__x86_64__)
constexpr auto names =
    std::to_array<const char*>({"x87 control word and mxcsr", "r15", "r14", "r13: for the argument",
                                "r12: for the entry", "rbx", "rbp", "where to go on"});
#elif defined(__aarch64__)
constexpr auto names = std::to_array<const char*>({"x19: for the entry",
                                                   "x20: for the argument",
                                                   "x21",
                                                   "x22",
                                                   "x23",
                                                   "x24",
                                                   "x25",
                                                   "x26",
                                                   "x27",
                                                   "x28",
                                                   "x29",
                                                   "x30: where to go on",
                                                   "d8",
                                                   "d9",
                                                   "d10",
                                                   "d11",
                                                   "d12",
                                                   "d13",
                                                   "d14",
                                                   "d15",
                                                   "fpcr",
                                                   "nothing"});
#endif
static_assert(names.size() * word_size == sizeof(SavedRegisters));

}  // namespace

std::uint64_t word_at(const Stack& stack, const void* address) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    const auto lowest = reinterpret_cast<std::uintptr_t>(stack.lowest());
    const auto top = reinterpret_cast<std::uintptr_t>(stack.top());
    if (at < lowest || at > top - word_size || at % word_size != 0) {
        throw std::out_of_range("no word of this stack is where it was looked for");
    }
    std::uint64_t word = 0;
    std::memcpy(&word, address, sizeof word);
    return word;
}

void dump_saved_registers(const Stack& stack, const void* left_at) {
    const auto* const start = static_cast<const char*>(left_at);
    for (std::size_t index = names.size(); index-- > 0;) {
        const char* const address = start + index * word_size;
        const auto distance = static_cast<const char*>(stack.top()) - address;
        std::cout << "  " << Hex(address) << "  " << Hex(word_at(stack, address)) << "  top - "
                  << distance << ", " << names[index] << '\n';
    }
}

std::ostream& operator<<(std::ostream& out, Hex hex) {
    std::ostringstream digits;
    digits << "0x" << std::hex << std::setfill('0') << std::setw(16) << hex.value;
    return out << digits.str();
}
