// Uses a stack as it is meant, and in child processes as it isn't.
#include <charconv>
#include <csignal>
#include <cstddef>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string_view>

#include "fault.hpp"
#include "stack.hpp"
#include "switch_stack.hpp"

namespace {

/// As the kernel tells it, in words. `stack` is that of which the guard page is asked.
void tell(const char* what, const Ending& ending, const Stack& stack) {
    std::cout << "a child " << what << ": ";
    if (!ending.signal) {
        std::cout << "nothing happens\n" << std::flush;
        return;
    }
    if (*ending.signal != SIGSEGV || !ending.fault) {
        std::cout << "signal " << *ending.signal << '\n' << std::flush;
        return;
    }
    std::cout << "SIGSEGV at " << ending.fault->address
              << (ending.fault->code == SEGV_MAPERR ? ", nothing is mapped" : ", mapped")
              << (stack.guards(ending.fault->address) ? ", the guard page\n" : ", no guard page\n")
              << std::flush;
}

void write_to(void* address) {
    *static_cast<volatile char*>(address) = 1;
}

/// So many calls, a quarter of a KiB and more for each.
int dig(int calls) {
    volatile char room[256];
    room[0] = 1;
    return calls == 0 ? 0 : dig(calls - 1) + room[0];
}

void go_too_deep(void* main_left_at) {
    dig(100'000);
    void* never_used = nullptr;
    switch_stack(&never_used, *static_cast<void**>(main_left_at));
}

void dig_on(const Stack& stack) {
    void* main_left_at = nullptr;
    switch_stack(&main_left_at, prepare_stack(stack, go_too_deep, &main_left_at));
}

void try_it(std::size_t size) {
    std::optional<Stack> stack(size);
    std::cout << "a stack from " << stack->lowest() << " to " << stack->top() << '\n' << std::flush;
    char* const lowest = static_cast<char*>(stack->lowest());
    char* const top = static_cast<char*>(stack->top());
    tell("writes to the lowest byte", run_in_child([&] { write_to(lowest); }), *stack);
    tell("writes to the highest byte", run_in_child([&] { write_to(top - 1); }), *stack);
    tell("writes just below", run_in_child([&] { write_to(lowest - 1); }), *stack);
    tell("goes too deep", run_in_child([&] { dig_on(*stack); }), *stack);
    tell("writes to address 16",
         run_in_child([&] { write_to(reinterpret_cast<void*>(std::size_t{16})); }), *stack);
    tell("writes just below when all is given back", run_in_child([&] {
             stack.reset();
             write_to(lowest - 1);
         }),
         *stack);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc == 2 ? argv[1] : "";
    const char* const end = argument.data() + argument.size();
    std::size_t size = 0;
    const auto [stopped, error] = std::from_chars(argument.data(), end, size);
    if (error != std::errc{} || stopped != end || size < 1) {
        std::cerr << "usage: ch05-02 BYTES\n";
        return 2;
    }
    try {
        try_it(size);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
