// Uses a stack as it is meant, and in child processes as it isn't.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string_view>
#include <system_error>

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

void read_from(const void* address) {
    static_cast<void>(*static_cast<const volatile char*>(address));
}

/// Memory of somebody else. The kernel puts the next mapping right below it if there is room.
class Neighbour {
public:
    explicit Neighbour(std::size_t size)
        : size_(size),
          memory_(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
        if (memory_ == MAP_FAILED) {
            throw std::system_error(errno, std::system_category(), "mmap");
        }
    }
    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;
    ~Neighbour() { ::munmap(memory_, size_); }

private:
    std::size_t size_;
    void* memory_;
};

std::size_t page_size() {
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t bytes_into_page(const void* address) {
    return reinterpret_cast<std::uintptr_t>(address) % page_size();
}

/// mincore(2) refuses with ENOMEM where nothing is mapped. It takes the addresses of pages only.
bool is_mapped(char* address) {
    unsigned char in_memory = 0;
    if (::mincore(address - bytes_into_page(address), 1, &in_memory) == 0) {
        return true;
    }
    if (errno != ENOMEM) {
        throw std::system_error(errno, std::system_category(), "mincore");
    }
    return false;
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

void ask_guards(const Stack& stack) {
    const char* const lowest = static_cast<char*>(stack.lowest());
    const char* const top = static_cast<char*>(stack.top());
    const auto answer = [&](const char* address) { return stack.guards(address) ? "yes" : "no"; };
    std::cout << "guards? the byte below the page: " << answer(lowest - page_size() - 1)
              << ", its lowest: " << answer(lowest - page_size())
              << ", its highest: " << answer(lowest - 1)
              << ", the stack's lowest: " << answer(lowest)
              << ", the stack's highest: " << answer(top - 1) << '\n'
              << std::flush;
}

void misuse(std::optional<Stack>& stack) {
    char* const lowest = static_cast<char*>(stack->lowest());
    char* const top = static_cast<char*>(stack->top());
    tell("writes to the lowest byte", run_in_child([&] { write_to(lowest); }), *stack);
    tell("writes to the highest byte", run_in_child([&] { write_to(top - 1); }), *stack);
    tell("writes just below", run_in_child([&] { write_to(lowest - 1); }), *stack);
    tell("reads just below", run_in_child([&] { read_from(lowest - 1); }), *stack);
    tell("goes too deep", run_in_child([&] { dig_on(*stack); }), *stack);
    tell("writes to address 16",
         run_in_child([&] { write_to(reinterpret_cast<void*>(std::size_t{16})); }), *stack);
    tell("gives all back and writes just below", run_in_child([&] {
             stack.reset();
             write_to(lowest - 1);
         }),
         *stack);
}

void give_back(std::optional<Stack>& stack) {
    char* const lowest = static_cast<char*>(stack->lowest());
    char* const top = static_cast<char*>(stack->top());
    const bool mapped_above = is_mapped(top);
    stack.reset();
    int left = 0;
    for (char* page = lowest - page_size(); page < top; page += page_size()) {
        left += is_mapped(page) ? 1 : 0;
    }
    std::cout << "main gives it back: " << left << " pages are left, the one above is "
              << (is_mapped(top) == mapped_above ? "still there\n" : "gone, too\n");
}

void try_it(std::size_t size) {
    const Neighbour neighbour(size);
    std::optional<Stack> stack(size);
    std::cout << "a stack from " << stack->lowest() << " to " << stack->top() << ", "
              << bytes_into_page(stack->top()) << " bytes into a page\n"
              << std::flush;
    misuse(stack);
    ask_guards(*stack);
    give_back(stack);
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
