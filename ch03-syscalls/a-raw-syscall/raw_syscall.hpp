// A system call by the instruction itself, for the two kinds of processor that this workshop knows.
// Nothing of libc is between us and the kernel: syscall(2), "Architecture calling conventions".
#pragma once

#if !defined(__linux__)
#error "The numbers and registers in this file are Linux's own"
#endif

/// Asks the kernel for the service `number`, one of <sys/syscall.h>, with three arguments; a call
/// that takes fewer ignores the rest. Returns what the kernel returns: the result, or an error's
/// number with a minus in front (see error_of()). errno stays as it is.
inline long raw_syscall(long number, long first, long second, long third) {
#if defined(__x86_64__)
    long result;
    __asm__ volatile("syscall"       // into the kernel, and back to the next instruction
                     : "=a"(result)  // afterwards: rax holds the result
                     : "a"(number),  // before: rax holds the number of the call,
                       "D"(first),   //         rdi its first argument,
                       "S"(second),  //         rsi its second,
                       "d"(third)    //         rdx its third
                     : "rcx",        // overwritten: the processor keeps the way back in it,
                       "r11",        //              and the flags in this one,
                       "memory");    // and the kernel may read and write memory behind any pointer
    return result;
#elif defined(__aarch64__)
    // There is no letter for x8 or x0, so we name the registers that the variables are to live in.
    register long x8 __asm__("x8") = number;  // x8 holds the number of the call,
    register long x0 __asm__("x0") = first;   // x0 its first argument,
    register long x1 __asm__("x1") = second;  // x1 its second,
    register long x2 __asm__("x2") = third;   // x2 its third
    __asm__ volatile("svc #0"                 // into the kernel, and back to the next instruction
                     : "+r"(x0)               // x0: an argument before, the result afterwards
                     : "r"(x8),               // the others stay as they are,
                       "r"(x1),               // and the kernel keeps all registers
                       "r"(x2)                // that are not named here
                     : "memory");             // it may read and write memory behind any pointer
    return x0;
#else
#error "This stage knows x86-64 and aarch64"
#endif
}

/// The error that a result stands for, one of <cerrno>, or 0 if the call has succeeded. The kernel
/// keeps the last 4095 values for errors: an address, too, may look negative in a long.
inline int error_of(long result) {
    return result < 0 && result >= -4095 ? static_cast<int>(-result) : 0;
}
