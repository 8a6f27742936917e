// Windows' convention: arguments in rcx, rdx, r8 and r9, more registers to preserve, and a thread
// block that has to know on which stack we are. gs points to that block.
#include "switch_stack.hpp"

#include <new>

// leave comes in rcx and enter in rdx; `call` has pushed the address to return to.
asm(R"(
    .text
    .globl switch_stack
switch_stack:
    pushq %rbp                # what a called function must preserve, onto our stack: rbp,
    pushq %rbx                # rbx,
    pushq %rsi                # rsi and
    pushq %rdi                # rdi, in which Linux passes arguments,
    pushq %r12                # r12,
    pushq %r13                # r13,
    pushq %r14                # r14,
    pushq %r15                # r15;
    pushq %gs:0x08            # what the thread block says of the stack: base,
    pushq %gs:0x10            # limit,
    pushq %gs:0x1478          # allocation,
    pushq %gs:0x00            # and handlers for exceptions, which lie on it;
    subq $168, %rsp           # room for ten vector registers and the control words;
    movaps %xmm6, (%rsp)      # movaps wants an address that is a multiple of 16: xmm6,
    movaps %xmm7, 16(%rsp)    # xmm7,
    movaps %xmm8, 32(%rsp)    # xmm8,
    movaps %xmm9, 48(%rsp)    # xmm9,
    movaps %xmm10, 64(%rsp)   # xmm10,
    movaps %xmm11, 80(%rsp)   # xmm11,
    movaps %xmm12, 96(%rsp)   # xmm12,
    movaps %xmm13, 112(%rsp)  # xmm13,
    movaps %xmm14, 128(%rsp)  # xmm14,
    movaps %xmm15, 144(%rsp)  # xmm15,
    stmxcsr 160(%rsp)         # the control word of SSE, 4 bytes,
    fnstcw 164(%rsp)          # and that of the x87 unit, 2 bytes
    movq %rsp, (%rcx)         # *leave: this stack can be found again
    movq %rdx, %rsp           # the switch: from here on we stand on the other stack
    movaps (%rsp), %xmm6      # what was saved there, back: xmm6,
    movaps 16(%rsp), %xmm7    # xmm7,
    movaps 32(%rsp), %xmm8    # xmm8,
    movaps 48(%rsp), %xmm9    # xmm9,
    movaps 64(%rsp), %xmm10   # xmm10,
    movaps 80(%rsp), %xmm11   # xmm11,
    movaps 96(%rsp), %xmm12   # xmm12,
    movaps 112(%rsp), %xmm13  # xmm13,
    movaps 128(%rsp), %xmm14  # xmm14,
    movaps 144(%rsp), %xmm15  # xmm15,
    ldmxcsr 160(%rsp)         # the control word of SSE,
    fldcw 164(%rsp)           # that of the x87 unit,
    addq $168, %rsp           # (all these are read now)
    popq %gs:0x00             # the thread block's handlers,
    popq %gs:0x1478           # allocation,
    popq %gs:0x10             # limit
    popq %gs:0x08             # and base,
    popq %r15                 # r15,
    popq %r14                 # r14,
    popq %r13                 # r13,
    popq %r12                 # r12,
    popq %rdi                 # rdi,
    popq %rsi                 # rsi,
    popq %rbx                 # rbx,
    popq %rbp                 # rbp,
    popq %rcx                 # and where its owner called from; rcx is free to be used
    jmpq *%rcx                # not ret: that is predicted to go to where *we* were called from

# A new stack begins here, with what prepare_stack has put into two of the registers.
    .globl enter_stack
enter_stack:
    movq %r13, %rcx           # argument, where Windows wants it
    movq %r13, %rdi           # and where Linux does
    subq $32, %rsp            # home space: every caller leaves room for four arguments
    callq *%r12               # entry: 16-byte aligned before the call, as the ABI demands
    ud2                       # entry has returned, which it must not: die here, not anywhere
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
