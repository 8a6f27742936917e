// The least that a switch of stacks takes: six registers and the stack pointer change hands, and
// where KEEPS_CONTROL_WORDS is 1 the control words of both floating-point units. It takes no
// argument along, tells no sanitizer, and its only stack begins with what is written here by hand.
#include <array>
#include <cstdint>

#include "contender.hpp"

// switch_stacks(rdi: where to put this stack's pointer, rsi: the other stack's)
#if KEEPS_CONTROL_WORDS
#define SAVE_CONTROL_WORDS "subq $8, %rsp\n stmxcsr (%rsp)\n fnstcw 4(%rsp)\n"
#define LOAD_CONTROL_WORDS "ldmxcsr (%rsp)\n fldcw 4(%rsp)\n addq $8, %rsp\n"
#else
#define SAVE_CONTROL_WORDS ""
#define LOAD_CONTROL_WORDS ""
#endif
asm(".globl switch_stacks\n"
    ".type switch_stacks, @function\n"
    "switch_stacks:\n"
    " pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq "
    "%r15\n" SAVE_CONTROL_WORDS
    " movq %rsp, (%rdi)\n"
    " movq %rsi, %rsp\n" LOAD_CONTROL_WORDS
    " popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n"
    " popq %rcx\n"
    " jmp *%rcx\n"  // not ret: its predictor expects to return to where we were called from
    ".size switch_stacks, . - switch_stacks\n");

extern "C" void switch_stacks(void** from, void* to);

namespace {

void* main_stack;
void* other_stack;

[[noreturn]] void come_back() {
    for (;;) {
        switch_stacks(&other_stack, main_stack);
    }
}

}  // namespace

int main(int argc, char** argv) {
    alignas(16) static std::array<std::uint64_t, 8192> stack;
    std::uint64_t* top = stack.data() + stack.size();
    *--top = 0;  // where a call would have put its return address: come_back() never returns
    *--top = reinterpret_cast<std::uint64_t>(&come_back);
    top -= 6;  // the registers, all 0
    if (KEEPS_CONTROL_WORDS) {
        *--top = 0x037f'0000'1f80;  // as every program finds them: x87 above, MXCSR below
    }
    other_stack = top;
    return contender::contend(
        argc, argv,
        KEEPS_CONTROL_WORDS ? "by hand, registers and control words" : "by hand, registers",
        [](std::uint64_t count) {
            for (std::uint64_t i = 0; i < count; i += 2) {
                switch_stacks(&main_stack, other_stack);
            }
        });
}
