// The switch, in the two machines' own words. A compiler can't be told in C++ to change the stack.
#include "switch_stack.hpp"

#include <new>

#if defined(__x86_64__)

// leave comes in rdi and enter in rsi; `call` has pushed the address to return to. All registers
// but those saved here are the caller's own concern: it expects any function to change them.
asm(R"(
    .pushsection .text
    .globl switch_stack
    .type switch_stack, @function
switch_stack:
    pushq %rbp              # what a called function must preserve, onto our stack: rbp,
    pushq %rbx              # rbx,
    pushq %r12              # r12,
    pushq %r13              # r13,
    pushq %r14              # r14,
    pushq %r15              # r15,
    subq $8, %rsp           # and, in eight bytes more,
    stmxcsr (%rsp)          # the control word of SSE, 4 bytes,
    fnstcw 4(%rsp)          # and that of the x87 unit, 2 bytes
    movq %rsp, (%rdi)       # *leave: this stack can be found again
    movq %rsi, %rsp         # the switch: from here on we stand on the other stack
    ldmxcsr (%rsp)          # what was saved there, back: the control word of SSE,
    fldcw 4(%rsp)           # that of the x87 unit,
    addq $8, %rsp           # (both are read now)
    popq %r15               # r15,
    popq %r14               # r14,
    popq %r13               # r13,
    popq %r12               # r12,
    popq %rbx               # rbx,
    popq %rbp               # rbp,
    popq %rcx               # and where its owner called from; rcx is free to be used
    jmpq *%rcx              # not ret: that would be predicted to go to where *we* were called from
    .size switch_stack, . - switch_stack

# A new stack begins here, with what prepare_stack has put into two of the registers.
    .globl enter_stack
    .type enter_stack, @function
enter_stack:
    .cfi_startproc
    .cfi_undefined %rip     # nobody called us: debuggers and exceptions end their search here
    movq %r13, %rdi         # argument
    callq *%r12             # entry: 16-byte aligned before the call, as the ABI demands
    ud2                     # entry has returned, which it must not: die here, not anywhere
    .cfi_endproc
    .size enter_stack, . - enter_stack
    .popsection
)");

#elif defined(__aarch64__)

// leave comes in x0 and enter in x1, the address to return to in x30. All registers but those saved
// here are the caller's own concern: it expects any function to change them.
asm(R"(
    .pushsection .text
    .globl switch_stack
    .type switch_stack, %function
switch_stack:
    sub sp, sp, #176            // room for sizeof(SavedRegisters)
    stp x19, x20, [sp]          // what a called function must preserve, two at a time: x19, x20,
    stp x21, x22, [sp, #16]     // x21, x22,
    stp x23, x24, [sp, #32]     // x23, x24,
    stp x25, x26, [sp, #48]     // x25, x26,
    stp x27, x28, [sp, #64]     // x27, x28,
    stp x29, x30, [sp, #80]     // the frame pointer, and where to return to;
    stp d8, d9, [sp, #96]       // the lower halves of v8, v9,
    stp d10, d11, [sp, #112]    // of v10, v11,
    stp d12, d13, [sp, #128]    // of v12, v13,
    stp d14, d15, [sp, #144]    // and of v14, v15
    mrs x9, fpcr                // the floating-point control register; x9 is free to be used
    str x9, [sp, #160]          // goes behind them
    mov x9, sp                  // a store can't name sp
    str x9, [x0]                // *leave: this stack can be found again
    mov sp, x1                  // the switch: from here on we stand on the other stack
    ldr x9, [sp, #160]          // what was saved there, back:
    msr fpcr, x9                // the control register,
    ldp d14, d15, [sp, #144]    // the lower halves of v14, v15,
    ldp d12, d13, [sp, #128]    // of v12, v13,
    ldp d10, d11, [sp, #112]    // of v10, v11,
    ldp d8, d9, [sp, #96]       // of v8, v9;
    ldp x29, x30, [sp, #80]     // the frame pointer, and where this stack's owner called from;
    ldp x27, x28, [sp, #64]     // x27, x28,
    ldp x25, x26, [sp, #48]     // x25, x26,
    ldp x23, x24, [sp, #32]     // x23, x24,
    ldp x21, x22, [sp, #16]     // x21, x22,
    ldp x19, x20, [sp]          // x19, x20
    add sp, sp, #176            // all of it is read
    ret                         // to x30
    .size switch_stack, . - switch_stack

// A new stack begins here, with what prepare_stack has put into two of the registers.
    .globl enter_stack
    .type enter_stack, %function
enter_stack:
    .cfi_startproc
    .cfi_undefined x30          // nobody called us: debuggers and exceptions end their search here
    mov x0, x20                 // argument
    blr x19                     // entry
    brk #1                      // entry has returned, which it must not: die here, not anywhere
    .cfi_endproc
    .size enter_stack, . - enter_stack
    .popsection
)");

#endif

/// Not to be called: the address where a new stack begins. A global symbol, since some linkers for
/// aarch64 find the wrong place for a local one whose address is taken.
extern "C" void enter_stack();

void* prepare_stack(const Stack& stack, void (*entry)(void*), void* argument) noexcept {
    void* const start = static_cast<char*>(stack.top()) - sizeof(SavedRegisters);
    auto* const saved = ::new (start) SavedRegisters;
    saved->resume = reinterpret_cast<std::uint64_t>(&enter_stack);
#if defined(__x86_64__)
    saved->r12 = reinterpret_cast<std::uint64_t>(entry);
    saved->r13 = reinterpret_cast<std::uint64_t>(argument);
#else
    saved->x19 = reinterpret_cast<std::uint64_t>(entry);
    saved->x20 = reinterpret_cast<std::uint64_t>(argument);
#endif
    return saved;
}
