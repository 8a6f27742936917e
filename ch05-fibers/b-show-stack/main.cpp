// What lies on a stack on which nobody runs: before it is entered for the first time, and after it
// was left in the middle.
#include <sys/mman.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include "dump.hpp"
#include "stack.hpp"
#include "switch_stack.hpp"

/// Where a new stack begins: in switch_stack.cpp.
extern "C" void enter_stack();

namespace {

/// The two sides of every switch here, and what they tell each other.
struct Sides {
    std::uint64_t number;
    const std::uint64_t* number_at = nullptr;
    void* main = nullptr;
    void* other = nullptr;
};

/// Leaves a number in a local variable, and itself in the middle.
void be_the_other(void* argument) {
    auto& sides = *static_cast<Sides*>(argument);
    const volatile std::uint64_t number = sides.number;
    sides.number_at = const_cast<const std::uint64_t*>(&number);
    switch_stack(&sides.other, sides.main);
    std::cout << "other: goes on, its number is still " << number << '\n';
    switch_stack(&sides.other, sides.main);
}

void show_left_at(const char* when, const Stack& stack, void* left_at) {
    const auto distance = static_cast<char*>(stack.top()) - static_cast<char*>(left_at);
    std::cout << when << ", the stack pointer is " << Hex(left_at) << ", top - " << distance
              << '\n';
    dump_saved_registers(stack, left_at);
    const auto saved = [&](std::size_t offset) {
        return Hex(word_at(stack, static_cast<char*>(left_at) + offset));
    };
    std::cout << "  it will go on at " << saved(resume_offset) << ", with " << saved(entry_offset)
              << " and " << saved(argument_offset) << '\n';
}

const char* answer_for(const Stack& stack, const void* address) {
    try {
        (void)word_at(stack, address);
        return "read";
    } catch (const std::out_of_range&) {
        return "refused";
    }
}

/// Memory of at least one page from `address` on, unless something is there already.
class Neighbour {
public:
    explicit Neighbour(void* address)
        : page_(::mmap(address, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
                       0)) {}
    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;
    ~Neighbour() {
        if (page_ != MAP_FAILED) {
            ::munmap(page_, 1);
        }
    }

private:
    void* page_;
};

/// At both ends. There are neighbours, so that a mistake reads something instead of dying of it.
void ask_at_the_ends(const Stack& stack) {
    char* const lowest = static_cast<char*>(stack.lowest());
    char* const top = static_cast<char*>(stack.top());
    const Neighbour below(lowest - ::sysconf(_SC_PAGESIZE));
    const Neighbour above(top);
    std::cout << "asked for the word at lowest - 8: " << answer_for(stack, lowest - 8)
              << ", lowest: " << answer_for(stack, lowest)
              << ", lowest + 4: " << answer_for(stack, lowest + 4)
              << ", top - 8: " << answer_for(stack, top - 8) << ", top: " << answer_for(stack, top)
              << '\n';
}

void show(std::uint64_t number) {
    const Stack stack(256 * 1024);
    Sides sides{.number = number};
    std::cout << machine << ": a stack from " << Hex(stack.lowest()) << " to " << Hex(stack.top())
              << '\n'
              << "code: enter_stack is at " << Hex(reinterpret_cast<void*>(&enter_stack))
              << ", be_the_other at " << Hex(reinterpret_cast<void*>(&be_the_other)) << '\n'
              << "argument: at " << Hex(&sides) << '\n';

    sides.other = prepare_stack(stack, be_the_other, &sides);
    show_left_at("prepared", stack, sides.other);

    switch_stack(&sides.main, sides.other);
    show_left_at("left in the middle", stack, sides.other);
    std::cout << "  its number lies at " << Hex(sides.number_at) << ", main reads "
              << word_at(stack, sides.number_at) << '\n';
    switch_stack(&sides.main, sides.other);
    ask_at_the_ends(stack);
    std::cout << "main: back\n";
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "2026";
    const char* const end = argument.data() + argument.size();
    std::uint64_t number = 0;
    const auto [stopped, error] = std::from_chars(argument.data(), end, number);
    if (argc > 2 || error != std::errc{} || stopped != end) {
        std::cerr << "ch05-b takes a number\n";
        return 2;
    }
    try {
        show(number);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
