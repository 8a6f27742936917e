// Windows' convention: arguments in rcx, rdx, r8 and r9, more registers to preserve, and a thread
// block that has to know on which stack we are. gs points to that block.
#include "switch_stack.hpp"

#include <new>

// leave comes in rcx and enter in rdx; `call` has pushed the address to return to.
asm(R"(
    .text
    .globl switch_stack
switch_stack:
    pushq %rbp              # the registers that a called function must preserve:
    pushq %rbx              # those of Linux, ...
    pushq %rsi              # ... and these two, which there are for arguments
    pushq %rdi
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %gs:0x08          # what the thread block says of the stack: base,
    pushq %gs:0x10          # limit,
    pushq %gs:0x1478        # allocation,
    pushq %gs:0x00          # and of handlers for exceptions, which lie on it
    subq $168, %rsp         # room for ten vector registers and the control words
    movaps %xmm6, (%rsp)    # movaps wants an address that is a multiple of 16
    movaps %xmm7, 16(%rsp)
    movaps %xmm8, 32(%rsp)
    movaps %xmm9, 48(%rsp)
    movaps %xmm10, 64(%rsp)
    movaps %xmm11, 80(%rsp)
    movaps %xmm12, 96(%rsp)
    movaps %xmm13, 112(%rsp)
    movaps %xmm14, 128(%rsp)
    movaps %xmm15, 144(%rsp)
    stmxcsr 160(%rsp)       # the control word of SSE, 4 bytes,
    fnstcw 164(%rsp)        # and that of the x87 unit, 2 bytes
    movq %rsp, (%rcx)       # *leave: this stack can be found again
    movq %rdx, %rsp         # the switch: from here on we stand on the other stack
    movaps (%rsp), %xmm6    # the same way back, with what lies there
    movaps 16(%rsp), %xmm7
    movaps 32(%rsp), %xmm8
    movaps 48(%rsp), %xmm9
    movaps 64(%rsp), %xmm10
    movaps 80(%rsp), %xmm11
    movaps 96(%rsp), %xmm12
    movaps 112(%rsp), %xmm13
    movaps 128(%rsp), %xmm14
    movaps 144(%rsp), %xmm15
    ldmxcsr 160(%rsp)
    fldcw 164(%rsp)
    addq $168, %rsp
    popq %gs:0x00
    popq %gs:0x1478
    popq %gs:0x10
    popq %gs:0x08
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rdi
    popq %rsi
    popq %rbx
    popq %rbp
    popq %rcx               # where its owner called from; rcx is free to be used
    jmpq *%rcx              # not ret: that would be predicted to go to where *we* were called from

# A new stack begins here, with what prepare_stack has put into two of the registers.
    .globl enter_stack
enter_stack:
    movq %r13, %rcx         # argument, where Windows wants it
    movq %r13, %rdi         # and where Linux does
    subq $32, %rsp          # home space: every caller leaves room for four arguments
    callq *%r12             # entry: 16-byte aligned before the call, as the ABI demands
    ud2                     # entry has returned, which it must not: die here, not anywhere
)");

/// Not to be called: the address where a new stack begins.
extern "C" void enter_stack();

void* prepare_stack(const Stack& stack, void (*entry)(void*), void* argument) noexcept {
    void* const start = static_cast<char*>(stack.top()) - sizeof(SavedRegisters);
    auto* const saved = ::new (start) SavedRegisters;
    saved->resume = reinterpret_cast<std::uint64_t>(&enter_stack);
    saved->r12 = reinterpret_cast<std::uint64_t>(entry);
    saved->r13 = reinterpret_cast<std::uint64_t>(argument);
    saved->base = reinterpret_cast<std::uint64_t>(stack.top());
    saved->limit = reinterpret_cast<std::uint64_t>(stack.lowest());
    saved->allocation = reinterpret_cast<std::uint64_t>(stack.guard());
    return saved;
}
