// A function runs on a stack of our own making, is left in the middle of its calls, and goes on
// there later. Then two tests of what a switch has to keep.
#include <cfenv>
#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include "circle.hpp"
#include "stack.hpp"
#include "switch_stack.hpp"

namespace {

/// The two sides of every switch here: where each was left.
struct Sides {
    int number;
    void* main = nullptr;
    void* other = nullptr;
};

void to_main(void* sides) {
    auto& both = *static_cast<Sides*>(sides);
    switch_stack(&both.other, both.main);
}

void to_other(void* sides) {
    auto& both = *static_cast<Sides*>(sides);
    switch_stack(&both.main, both.other);
}

/// "3 2 1 0", by a call for each number. The deepest of them stops, and lets main go on.
std::string count_down(Sides& sides, int number) {
    if (number == 0) {
        std::cout << "other: the deepest call, at " << __builtin_frame_address(0) << '\n';
        to_main(&sides);
        return "0";
    }
    const std::string rest = count_down(sides, number - 1);
    return std::to_string(number) + ' ' + rest;
}

/// Entered by a switch and left by one: nobody has called it.
void be_the_other(void* argument) {
    auto& sides = *static_cast<Sides*>(argument);
    const void* const frame = __builtin_frame_address(0);
    const auto beyond = reinterpret_cast<std::uintptr_t>(frame) % 16;
    std::cout << "other: begins at " << frame << ", " << beyond << " beyond a multiple of 16\n";
    const std::string numbers = count_down(sides, sides.number);
    std::cout << "other: goes on, and returns from all calls: " << numbers << '\n';
    to_main(&sides);
}

void tell_a_story(const Stack& stack, Sides& sides) {
    std::cout << "main: a stack from " << stack.lowest() << " to " << stack.top() << '\n'
              << "main: is at " << __builtin_frame_address(0) << '\n';
    sides.other = prepare_stack(stack, be_the_other, &sides);
    to_other(&sides);
    std::cout << "main: back, and over there " << sides.number << " calls wait to go on\n";
    to_other(&sides);
    std::cout << "main: back, at " << __builtin_frame_address(0) << '\n';
}

/// Keeps every register busy on the other stack. It is left for good when main has seen enough.
void go_round_forever(void* argument) {
    auto& sides = *static_cast<Sides*>(argument);
    while (true) {
        circle(std::uint64_t{1'000'000}, 10, &sides.other, &sides.main);
        circle(0.25, 10, &sides.other, &sides.main);
    }
}

/// Circles on both stacks, with a switch after each step, and circles without.
void keep_registers(const Stack& stack, Sides& sides) {
    sides.other = prepare_stack(stack, go_round_forever, &sides);
    const bool same = circle(std::uint64_t{7}, 1000, &sides.main, &sides.other) ==
                          circle(std::uint64_t{7}, 1000) &&
                      circle(0.5, 1000, &sides.main, &sides.other) == circle(0.5, 1000);
    std::cout << "2000 switches and back: main's numbers are " << (same ? "right" : "wrong")
              << '\n';
}

/// Whether 1 and next to nothing is 1 depends on how sums are rounded. For double the SSE unit's
/// control word says so, for long double that of the x87 unit; aarch64 has one for both.
std::string one_and_next_to_nothing() {
    volatile double one = 1;
    volatile long double long_one = 1;
    return std::string(one + 1e-40 > 1 ? "above 1" : "1") + ", in long double " +
           (long_one + 1e-40L > 1 ? "above 1" : "1");
}

void round_up(void* sides) {
    std::fesetround(FE_UPWARD);
    to_main(sides);
    std::cout << "other: rounds up, so 1 and next to nothing is " << one_and_next_to_nothing()
              << '\n';
    to_main(sides);
}

void keep_rounding(const Stack& stack, Sides& sides) {
    sides.other = prepare_stack(stack, round_up, &sides);
    to_other(&sides);
    std::cout << "main: doesn't, so 1 and next to nothing is " << one_and_next_to_nothing() << '\n';
    to_other(&sides);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "10";
    const char* const end = argument.data() + argument.size();
    Sides sides{.number = 0};
    const auto [stopped, error] = std::from_chars(argument.data(), end, sides.number);
    if (argc > 2 || error != std::errc{} || stopped != end || sides.number < 0 ||
        sides.number > 100) {
        std::cerr << "ch05-a takes a number, 0 to 100\n";
        return 2;
    }
    try {
        // Printing alone takes some KiB of a stack.
        const Stack stack(256 * 1024);
        tell_a_story(stack, sides);
        keep_registers(stack, sides);
        keep_rounding(stack, sides);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
