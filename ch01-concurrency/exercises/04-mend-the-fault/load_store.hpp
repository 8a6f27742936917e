// The two instructions that this stage is about, each in a function of its own: one reads eight
// bytes of memory into a register, the other writes them back. Nothing here asks whether it may.
#pragma once

#include <cstdint>

/// What `*address` does: brings the eight bytes that lie at `address`. Faults if the page may not
/// be read.
inline std::uint64_t load(const std::uint64_t* address) {
    std::uint64_t value;
    asm volatile(  // volatile: keep it even if nobody uses `value`. The attempt itself may matter
#if defined(__x86_64__)
        "mov (%[from]), %[to]"  // AT&T order, source first; (…): what lies at that address
#elif defined(__aarch64__)
        "ldr %[to], [%[from]]"  // target first; […]: what lies at that address
#else
#error "this stage speaks to x86-64 and aarch64 only"
#endif
        : [to] "=r"(value)     // output: = written, r in a register; afterwards it is `value`
        : [from] "r"(address)  // input: r in a register; the instruction only reads it
        : "memory");           // it looks into memory: what the program has stored must be there
    return value;
}

/// What `*address = value` does. Faults if the page may not be written.
inline void store(std::uint64_t* address, std::uint64_t value) {
    asm volatile(  // it has no output at all, so everything that it does is a side effect
#if defined(__x86_64__)
        "mov %[value], (%[to])"  // source first: from the register to the address
#elif defined(__aarch64__)
        "str %[value], [%[to]]"  // a store names its source first here, too
#else
#error "this stage speaks to x86-64 and aarch64 only"
#endif
        :                                        // no output: memory isn't a register
        : [to] "r"(address), [value] "r"(value)  // two inputs, in two registers
        : "memory");  // it changes memory: whatever the compiler remembers of it is out of date
}
