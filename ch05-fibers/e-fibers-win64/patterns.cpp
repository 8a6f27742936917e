// The registers' contents, and the one function that has to be assembly: a compiler would use some
// of the registers itself.
#include "patterns.hpp"

#include <cstddef>

static_assert(offsetof(Patterns, rbx_rbp_rdi_rsi_r12_to_15) == 160);
static_assert(offsetof(Patterns, mxcsr) == 224);
static_assert(offsetof(Patterns, x87_control) == 228);

// before comes in rcx, after in rdx, leave in r8, enter in r9.
asm(R"(
    .text
    .globl switch_with_patterns
switch_with_patterns:
    pushq %rbx                  # the caller's own, to be given back in the end: rbx,
    pushq %rbp                  # rbp,
    pushq %rdi                  # rdi,
    pushq %rsi                  # rsi,
    pushq %r12                  # r12,
    pushq %r13                  # r13,
    pushq %r14                  # r14,
    pushq %r15                  # r15,
    subq $184, %rsp             # (room for more, and rsp is a multiple of 16 again)
    movaps %xmm6, (%rsp)        # xmm6,
    movaps %xmm7, 16(%rsp)      # xmm7,
    movaps %xmm8, 32(%rsp)      # xmm8,
    movaps %xmm9, 48(%rsp)      # xmm9,
    movaps %xmm10, 64(%rsp)     # xmm10,
    movaps %xmm11, 80(%rsp)     # xmm11,
    movaps %xmm12, 96(%rsp)     # xmm12,
    movaps %xmm13, 112(%rsp)    # xmm13,
    movaps %xmm14, 128(%rsp)    # xmm14,
    movaps %xmm15, 144(%rsp)    # xmm15,
    stmxcsr 160(%rsp)           # the control word of SSE,
    fnstcw 164(%rsp)            # and that of the x87 unit
    movq %rdx, 168(%rsp)        # after: no register can hold it across the switch
    movaps (%rcx), %xmm6        # *before, into the registers: xmm6,
    movaps 16(%rcx), %xmm7      # xmm7,
    movaps 32(%rcx), %xmm8      # xmm8,
    movaps 48(%rcx), %xmm9      # xmm9,
    movaps 64(%rcx), %xmm10     # xmm10,
    movaps 80(%rcx), %xmm11     # xmm11,
    movaps 96(%rcx), %xmm12     # xmm12,
    movaps 112(%rcx), %xmm13    # xmm13,
    movaps 128(%rcx), %xmm14    # xmm14,
    movaps 144(%rcx), %xmm15    # xmm15,
    movq 160(%rcx), %rbx        # rbx,
    movq 168(%rcx), %rbp        # rbp,
    movq 176(%rcx), %rdi        # rdi,
    movq 184(%rcx), %rsi        # rsi,
    movq 192(%rcx), %r12        # r12,
    movq 200(%rcx), %r13        # r13,
    movq 208(%rcx), %r14        # r14,
    movq 216(%rcx), %r15        # r15,
    ldmxcsr 224(%rcx)           # the control word of SSE,
    fldcw 228(%rcx)             # and that of the x87 unit
    movq %r8, %rcx              # leave is the first argument
    movq %r9, %rdx              # and enter the second
    subq $32, %rsp              # home space: every caller leaves room for four arguments
    callq switch_stack          # there, and some time back
    addq $32, %rsp              # home space is done with
    movq 168(%rsp), %rcx        # after; rcx needs not be preserved
    movaps %xmm6, (%rcx)        # the registers, into *after: xmm6,
    movaps %xmm7, 16(%rcx)      # xmm7,
    movaps %xmm8, 32(%rcx)      # xmm8,
    movaps %xmm9, 48(%rcx)      # xmm9,
    movaps %xmm10, 64(%rcx)     # xmm10,
    movaps %xmm11, 80(%rcx)     # xmm11,
    movaps %xmm12, 96(%rcx)     # xmm12,
    movaps %xmm13, 112(%rcx)    # xmm13,
    movaps %xmm14, 128(%rcx)    # xmm14,
    movaps %xmm15, 144(%rcx)    # xmm15,
    movq %rbx, 160(%rcx)        # rbx,
    movq %rbp, 168(%rcx)        # rbp,
    movq %rdi, 176(%rcx)        # rdi,
    movq %rsi, 184(%rcx)        # rsi,
    movq %r12, 192(%rcx)        # r12,
    movq %r13, 200(%rcx)        # r13,
    movq %r14, 208(%rcx)        # r14,
    movq %r15, 216(%rcx)        # r15,
    stmxcsr 224(%rcx)           # the control word of SSE,
    fnstcw 228(%rcx)            # and that of the x87 unit
    movaps (%rsp), %xmm6        # the caller's own, back: xmm6,
    movaps 16(%rsp), %xmm7      # xmm7,
    movaps 32(%rsp), %xmm8      # xmm8,
    movaps 48(%rsp), %xmm9      # xmm9,
    movaps 64(%rsp), %xmm10     # xmm10,
    movaps 80(%rsp), %xmm11     # xmm11,
    movaps 96(%rsp), %xmm12     # xmm12,
    movaps 112(%rsp), %xmm13    # xmm13,
    movaps 128(%rsp), %xmm14    # xmm14,
    movaps 144(%rsp), %xmm15    # xmm15,
    ldmxcsr 160(%rsp)           # the control word of SSE,
    fldcw 164(%rsp)             # that of the x87 unit,
    addq $184, %rsp             # (all these are read now)
    popq %r15                   # r15,
    popq %r14                   # r14,
    popq %r13                   # r13,
    popq %r12                   # r12,
    popq %rsi                   # rsi,
    popq %rdi                   # rdi,
    popq %rbp                   # rbp,
    popq %rbx                   # rbx
    retq                        # to our caller, as any function
)");

namespace {

constexpr std::array<const char*, 8> names{"rbx", "rbp", "rdi", "rsi", "r12", "r13", "r14", "r15"};

/// Any two numbers are far apart: splitmix64.
std::uint64_t scatter(std::uint64_t number) {
    number += 0x9e3779b97f4a7c15;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
    return number ^ (number >> 31);
}

}  // namespace

Patterns patterns_of(std::uint64_t number) {
    Patterns patterns;
    std::uint64_t next = 100 * number;
    for (VectorRegister& xmm : patterns.xmm6_to_15) {
        xmm = {.low = scatter(++next), .high = scatter(++next)};
    }
    for (std::uint64_t& word : patterns.rbx_rbp_rdi_rsi_r12_to_15) {
        word = scatter(++next);
    }
    const auto rounding = static_cast<std::uint32_t>(number % 4);
    patterns.mxcsr |= rounding << 13;
    patterns.x87_control = static_cast<std::uint16_t>(patterns.x87_control | rounding << 10);
    return patterns;
}

std::string differences(const Patterns& before, const Patterns& after) {
    std::string lost;
    for (std::size_t index = 0; index < before.xmm6_to_15.size(); ++index) {
        const VectorRegister& was = before.xmm6_to_15[index];
        const VectorRegister& is = after.xmm6_to_15[index];
        if (was.low != is.low || was.high != is.high) {
            lost += " xmm" + std::to_string(6 + index);
        }
    }
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (before.rbx_rbp_rdi_rsi_r12_to_15[index] != after.rbx_rbp_rdi_rsi_r12_to_15[index]) {
            lost += std::string(" ") + names[index];
        }
    }
    if (before.mxcsr != after.mxcsr) {
        lost += " mxcsr";
    }
    if (before.x87_control != after.x87_control) {
        lost += " x87-control";
    }
    return lost.empty() ? lost : lost.substr(1);
}
