// Uses a stack as it is meant, and in child processes as it isn't.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "fault.hpp"
#include "owned_fd.hpp"
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

/// Memory of somebody else.
class Neighbour {
public:
    /// At `address`, unless there is something already. If nullptr: anywhere, and the kernel puts
    /// the next mapping right below it if there is room.
    explicit Neighbour(std::size_t size, void* address = nullptr)
        : size_(size),
          memory_(
              ::mmap(address, size, PROT_READ,
                     MAP_PRIVATE | MAP_ANONYMOUS | (address != nullptr ? MAP_FIXED_NOREPLACE : 0),
                     -1, 0)) {
        if (memory_ == MAP_FAILED && errno != EEXIST) {
            throw std::system_error(errno, std::system_category(), "mmap");
        }
    }
    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;
    ~Neighbour() {
        if (memory_ != MAP_FAILED) {
            ::munmap(memory_, size_);
        }
    }

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

/// How many pages of addresses this process has, as proc(5) tells in statm.
long pages_mapped() {
    const OwnedFd statm(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC), "open");
    std::array<char, 128> text{};
    if (::read(statm.get(), text.data(), text.size()) < 0) {
        throw std::system_error(errno, std::system_category(), "read");
    }
    long pages = 0;
    std::from_chars(text.data(), text.data() + text.size(), pages);
    return pages;
}

/// From now on the kernel refuses mprotect to this process, as if it had no memory: seccomp(2).
void refuse_mprotect() {
    std::array<sock_filter, 4> program{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),  // the number of the call
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog filter{.len = program.size(), .filter = program.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) {
        throw std::system_error(errno, std::system_category(), "prctl");
    }
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

/// Each byte, from three pages below the stack to a page above it.
void ask_guards(const Stack& stack) {
    const char* const lowest = static_cast<char*>(stack.lowest());
    const char* const page = lowest - page_size();
    std::size_t inside = 0;
    std::size_t outside = 0;
    for (const char* byte = lowest - 3 * page_size(); byte < stack.top(); ++byte) {
        (byte >= page && byte < lowest ? inside : outside) += stack.guards(byte) ? 1 : 0;
    }
    for (std::size_t above = 0; above < page_size(); ++above) {
        outside += stack.guards(static_cast<char*>(stack.top()) + above) ? 1 : 0;
    }
    std::cout << "guards: " << (inside == page_size() ? "all" : std::to_string(inside))
              << " bytes of its page, " << (outside == 0 ? "none" : std::to_string(outside))
              << " of those around it\n"
              << std::flush;
}

void do_without_mprotect(std::size_t size) {
    refuse_mprotect();
    const long pages = pages_mapped();
    std::cout << "a child that is refused mprotect: ";
    try {
        const Stack stack(size);
        std::cout << "has a stack all the same\n" << std::flush;
    } catch (const std::system_error& error) {
        // To throw may have cost some pages, too, but not as many.
        const long left = pages_mapped() - pages;
        const bool memory_is_left = left >= static_cast<long>(size / page_size());
        std::cout << error.what() << (memory_is_left ? ", its memory stays\n" : ", nothing stays\n")
                  << std::flush;
    }
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
    char* const below = lowest - 2 * page_size();
    const bool mapped_above = is_mapped(top);
    stack.reset();
    int left = 0;
    for (char* page = lowest - page_size(); page < top; page += page_size()) {
        left += is_mapped(page) ? 1 : 0;
    }
    std::cout << "main gives it back: " << left << " pages are left, the one below is "
              << (is_mapped(below) ? "still there" : "gone, too") << ", the one above is "
              << (is_mapped(top) == mapped_above ? "still there\n" : "gone, too\n") << std::flush;
}

void try_it(std::size_t size) {
    const Neighbour above(size);
    const long pages = pages_mapped();
    std::optional<Stack> stack(size);
    const long taken = pages_mapped() - pages;
    char* const lowest = static_cast<char*>(stack->lowest());
    const auto usable = static_cast<std::size_t>(static_cast<char*>(stack->top()) - lowest);
    std::cout << "a stack from " << stack->lowest() << " to " << stack->top() << ", "
              << bytes_into_page(stack->top()) << " bytes into a page\n"
              << "pages besides what can be used: "
              << taken - static_cast<long>(usable / page_size()) << '\n'
              << std::flush;
    const Neighbour below(page_size(), lowest - 2 * page_size());
    misuse(stack);
    ask_guards(*stack);
    give_back(stack);
    if (const Ending ending = run_in_child([&] { do_without_mprotect(size); }); ending.signal) {
        std::cout << "a child that is refused mprotect: signal " << *ending.signal << '\n';
    }
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
