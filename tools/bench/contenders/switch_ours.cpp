// Chapter 5's switch, as it is or without the control words: CMake says which.
#include "contender.hpp"
#include "stack.hpp"
#include "switch_stack.hpp"

namespace {

void* main_stack;
void* other_stack;

[[noreturn]] void come_back(void*) {
    for (;;) {
        switch_stack(&other_stack, main_stack);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const Stack stack(64 * 1024);
    other_stack = prepare_stack(stack, come_back, nullptr);
    return contender::contend(argc, argv, CONTENDER_NAME, [](std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; i += 2) {
            switch_stack(&main_stack, other_stack);
        }
    });
}
