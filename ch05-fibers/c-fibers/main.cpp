// Fibers take turns: as many as there are arguments, each for as many turns as its argument says.
// In child processes one of them goes too deep, and one looks where nobody may.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "fault.hpp"
#include "fibers.hpp"

namespace {

struct Counter {
    std::string name;
    int turns;
    char* guard = nullptr;  // of the stack it had
    char* top = nullptr;
    bool ended = false;
};

/// A local variable with a destructor: whoever returns runs it, whoever is just dropped doesn't.
class Farewell {
public:
    explicit Farewell(Counter& counter) : counter_(counter) {}
    Farewell(const Farewell&) = delete;
    Farewell& operator=(const Farewell&) = delete;
    ~Farewell() {
        std::cout << counter_.name << ": destroys its local variable\n";
        counter_.ended = true;
    }

private:
    Counter& counter_;
};

void count(Fibers& fibers, void* argument) {
    auto& counter = *static_cast<Counter*>(argument);
    const Farewell farewell(counter);
    counter.guard = static_cast<char*>(fibers.stack().guard());
    counter.top = static_cast<char*>(fibers.stack().top());
    const void* const frame = __builtin_frame_address(0);
    const auto beyond = reinterpret_cast<std::uintptr_t>(frame) % 16;
    std::cout << counter.name << ": begins at " << frame << ", " << beyond
              << " beyond a multiple of 16, on the stack from " << fibers.stack().lowest() << " to "
              << fibers.stack().top() << '\n';
    for (int turn = 1; turn <= counter.turns; ++turn) {
        if (turn > 1) {
            fibers.yield();
        }
        std::cout << counter.name << ": turn " << turn << " of " << counter.turns << '\n';
    }
}

/// mincore(2) takes the address of a page, and refuses with ENOMEM where nothing is mapped.
bool is_mapped(char* page) {
    unsigned char in_memory = 0;
    if (::mincore(page, 1, &in_memory) == 0) {
        return true;
    }
    if (errno != ENOMEM) {
        throw std::system_error(errno, std::system_category(), "mincore");
    }
    return false;
}

/// Yields until all the others have returned, then looks what is left of their stacks.
void look_back(Fibers& fibers, void* argument) {
    const auto& counters = *static_cast<const std::vector<Counter>*>(argument);
    const auto page_size = ::sysconf(_SC_PAGESIZE);
    std::size_t pages = 0;
    for (const Counter& counter : counters) {
        while (!counter.ended) {
            fibers.yield();
        }
    }
    for (const Counter& counter : counters) {
        for (char* page = counter.guard; page < counter.top; page += page_size) {
            pages += is_mapped(page) ? 1 : 0;
        }
    }
    std::cout << "last fiber: the others have returned, " << pages
              << " pages of their stacks left\n";
}

void take_turns(std::vector<Counter>& counters) {
    Fibers fibers;
    for (Counter& counter : counters) {
        fibers.spawn(count, &counter);
    }
    fibers.spawn(look_back, &counters);
    std::cout << "main: has spawned " << counters.size() << " and one more\n";
    fibers.run();
    std::cout << "main: all have returned\n";
}

/// So many calls, a quarter of a KiB and more for each.
int dig(int calls) {
    volatile char room[256];
    room[0] = 1;
    return calls == 0 ? 0 : dig(calls - 1) + room[0];
}

void go_too_deep(Fibers& fibers, void*) {
    std::cout << "child: digs, its guard page is from " << fibers.stack().guard() << " to "
              << fibers.stack().lowest() << '\n'
              << std::flush;
    std::cout << "child: has made " << dig(100'000) << " calls\n" << std::flush;
}

/// Nobody may read there, either.
void look_below(Fibers& fibers, void*) {
    const void* const lowest = fibers.stack().lowest();
    const volatile char* const below = static_cast<const char*>(lowest) - 1;
    std::cout << "child: reads just below its stack, which is from " << lowest << '\n'
              << std::flush;
    const int content = *below;
    std::cout << "child: has read " << content << '\n' << std::flush;
}

/// Lets a child process do that on a fiber, and tells how it ended.
void be_stopped(Fibers::Body body) {
    std::cout << std::flush;  // what is still in the buffer the child would have, too
    const Ending ending = run_in_child([body] {
        Fibers fibers;
        fibers.spawn(body, nullptr);
        fibers.run();
    });
    if (!ending.signal) {
        std::cout << "main: the child has ended by itself\n";
    } else if (*ending.signal != SIGSEGV || !ending.fault) {
        std::cout << "main: the child has died of signal " << *ending.signal << '\n';
    } else {
        std::cout << "main: the child has died of SIGSEGV at " << ending.fault->address << '\n';
    }
}

std::vector<Counter> parse(int argc, char** argv) {
    std::vector<Counter> counters;
    for (int index = 1; index < argc; ++index) {
        const std::string_view text = argv[index];
        const char* const end = text.data() + text.size();
        int turns = 0;
        const auto [stopped, error] = std::from_chars(text.data(), end, turns);
        if (error != std::errc{} || stopped != end || turns < 1) {
            return {};
        }
        counters.push_back({"fiber " + std::to_string(index), turns});
    }
    return counters;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Counter> counters = parse(argc, argv);
    if (counters.empty()) {
        std::cerr << "usage: ch05-c TURNS...\n";
        return 2;
    }
    try {
        take_turns(counters);
        be_stopped(go_too_deep);
        be_stopped(look_below);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
