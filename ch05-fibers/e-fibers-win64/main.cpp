// Stage c's fibers, with a switch by Windows' rules below them. Then every register that has to be
// kept is looked at, 10,000 times.
#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "fibers.hpp"
#include "patterns.hpp"
#include "stack.hpp"
#include "switch_stack.hpp"
#include "thread_block.hpp"

namespace {

struct Counter {
    std::string name;
    int turns;
};

bool are_of(const Stack& stack, const StackBounds& bounds) {
    return bounds.allocation == stack.guard() && bounds.limit == stack.lowest() &&
           bounds.base == stack.top() && bounds.handlers == no_handlers;
}

/// Where we are, and whether the thread block knows.
std::string place() {
    const StackBounds bounds = stack_bounds();
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    const bool known = here >= reinterpret_cast<std::uintptr_t>(bounds.limit) &&
                       here < reinterpret_cast<std::uintptr_t>(bounds.base);
    return known ? "on the stack that the thread block names" : "where no thread block knows";
}

/// The same stack; the system may have let it grow meanwhile, so that its limit is lower.
bool still(const StackBounds& before, const StackBounds& now) {
    return now.handlers == before.handlers && now.allocation == before.allocation &&
           now.base == before.base && now.limit >= now.allocation && now.limit <= before.limit;
}

void count(Fibers& fibers, void* argument) {
    const auto& counter = *static_cast<const Counter*>(argument);
    const auto names_its_own = [&fibers] { return are_of(fibers.stack(), stack_bounds()); };
    std::cout << counter.name << ": " << place()
              << (names_its_own() ? ", its own\n" : ", not its own\n");
    for (int turn = 1; turn <= counter.turns; ++turn) {
        fibers.yield();
        std::cout << counter.name << (names_its_own() ? ": its own again" : ": not its own");
        // Windows looks for whoever catches it on the stack that the thread block names.
        try {
            throw std::runtime_error(std::to_string(turn));
        } catch (const std::exception& error) {
            std::cout << ", has thrown and caught " << error.what() << '\n';
        }
    }
}

void take_turns() {
    Counter first{"fiber 1", 2};
    Counter second{"fiber 2", 3};
    Fibers fibers;
    fibers.spawn(count, &first);
    fibers.spawn(count, &second);
    std::cout << "main: " << place() << '\n';
    const StackBounds before = stack_bounds();
    fibers.run();
    std::cout << "main: all have returned, " << place()
              << (still(before, stack_bounds()) ? ", as before\n" : ", not as before\n");
}

/// The two sides of the test.
struct Sides {
    std::uint64_t seed;
    void* main = nullptr;
    void* other = nullptr;
    const char* home_space = nullptr;  // of the other one's first function
    std::string lost_by_main = {};
    std::string lost_by_other = {};
};

void answer_with_patterns(void* argument) {
    auto& sides = *static_cast<Sides*>(argument);
    // The stack pointer before the call.
    sides.home_space = static_cast<const char*>(__builtin_dwarf_cfa());
    for (std::uint64_t round = 1; true; round += 2) {
        const Patterns before = patterns_of(sides.seed + round);
        Patterns after;
        switch_with_patterns(&before, &after, &sides.other, sides.main);
        if (sides.lost_by_other.empty()) {
            sides.lost_by_other = differences(before, after);
        }
    }
}

/// Two switches in each round: there, and back.
void keep_patterns(std::uint64_t seed) {
    const Stack stack(64 * 1024);
    Sides sides{.seed = seed};
    sides.other = prepare_stack(stack, answer_with_patterns, &sides);
    for (std::uint64_t round = 0; round < 10'000; round += 2) {
        const Patterns before = patterns_of(sides.seed + round);
        Patterns after;
        switch_with_patterns(&before, &after, &sides.main, sides.other);
        if (sides.lost_by_main.empty()) {
            sides.lost_by_main = differences(before, after);
        }
    }
    std::cout << "the other side was called with "
              << static_cast<const char*>(stack.top()) - sides.home_space
              << " bytes of home space\n";
    const auto tell = [](const char* who, const std::string& lost) {
        std::cout << "10000 switches, " << who << " has lost " << (lost.empty() ? "nothing" : lost)
                  << '\n';
    };
    tell("main", sides.lost_by_main);
    tell("the other side", sides.lost_by_other);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "2026";
    const char* const end = argument.data() + argument.size();
    std::uint32_t seed = 0;
    const auto [stopped, error] = std::from_chars(argument.data(), end, seed);
    if (argc > 2 || error != std::errc{} || stopped != end) {
        std::cerr << "ch05-e takes a number, from which all patterns are made\n";
        return 2;
    }
    try {
        prepare_thread();
        take_turns();
        keep_patterns(seed);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
