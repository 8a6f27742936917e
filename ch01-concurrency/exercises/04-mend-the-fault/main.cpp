// Loads numbers from pages that aren't there, and stores some. A signal handler makes the pages
// appear, and the instruction that faulted is tried again: it never learns of it.
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "load_store.hpp"
#include "mend.hpp"
#include "region.hpp"

namespace {

constexpr std::size_t page_count = 8;
constexpr int too_many_faults = 100;

// How the program ends if mend() isn't what it should be.
constexpr int allocates_in_the_handler = 3;
constexpr int mends_nothing = 4;

// What the handler needs; set before it is installed.
const Region* watched = nullptr;
std::uint64_t factor = 0;
volatile std::sig_atomic_t faults = 0;
volatile std::sig_atomic_t in_handler = 0;

[[noreturn]] void give_up(std::string_view why, int status) {
    // write(2) and _exit(2) are on the list of signal-safety(7). With its result nothing can be
    // done.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, why.data(), why.size());
    ::_exit(status);
}

void on_fault(int, siginfo_t* info, void*) {
    faults = faults + 1;
    if (faults == too_many_faults) {
        give_up("a hundred faults: whatever is mended, it isn't the fault\n", mends_nothing);
    }
    in_handler = 1;
    const bool mended = mend(*watched, factor, info->si_addr);
    in_handler = 0;
    // Not mended: the same instruction faults once more, and then nobody is there to take it.
    if (!mended) {
        std::signal(SIGSEGV, SIG_DFL);
    }
}

void take_faults() {
    struct sigaction action{};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    if (::sigaction(SIGSEGV, &action, nullptr) < 0) {
        throw std::system_error(errno, std::system_category(), "sigaction");
    }
}

void print(const std::string& line) {
    std::cout << line << '\n' << std::flush;
    if (!std::cout) {
        throw std::runtime_error("stdout takes no more");
    }
}

std::optional<std::uint64_t> parse(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stopped == end ? std::optional(value) : std::nullopt;
}

// Begins with the last number: it is the one that faults. Tells the number that the page is full
// of, or the first one that is another.
std::string numbers_of(const Region& region, std::size_t page) {
    const std::uint64_t last = load(region.page(page) + region.numbers() - 1);
    for (std::size_t i = 0; i < region.numbers(); ++i) {
        const std::uint64_t number = load(region.page(page) + i);
        if (number != last) {
            return "number " + std::to_string(i) + " is " + std::to_string(number) +
                   ", the last one " + std::to_string(last);
        }
    }
    return "full of " + std::to_string(last);
}

// Stores something else in one place and puts back what was there.
void scribble(const Region& region, std::size_t page) {
    std::uint64_t* const place = region.page(page) + factor % region.numbers();
    const std::uint64_t number = load(place);
    store(place, ~number);
    store(place, number);
}

// The rights of the page at `address`, as "rw-p", in proc(5), /proc/self/maps.
std::string rights_of(const void* address) {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream maps("/proc/self/maps");
    std::uintptr_t first = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string rights;
    while (maps >> std::hex >> first >> dash >> end >> rights) {
        if (first <= wanted && wanted < end) {
            return rights;
        }
        maps.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    throw std::runtime_error("/proc/self/maps does not know a page of the region");
}

void use(const Region& region, std::string_view what) {
    if (what == "before") {
        print("before the first page: " + std::to_string(load(region.page(0) - 1)));
        return;
    }
    const auto page = parse(what);
    if (!page || *page > page_count) {
        throw std::invalid_argument("a factor, and then numbers of pages, 0 to 8, or \"before\"");
    }
    const std::string numbers = numbers_of(region, *page);
    scribble(region, *page);
    print("page " + std::to_string(*page) + ": " + numbers +
          ", faults so far: " + std::to_string(faults));
}

}  // namespace

// Whoever allocates in the handler fails here, and not once in a thousand runs, when the fault has
// interrupted an allocation. Weak: the sanitizers bring their own, which take precedence.
[[gnu::weak]] void* operator new(std::size_t size) {
    if (in_handler != 0) {
        give_up("mend() allocates memory\n", allocates_in_the_handler);
    }
    void* const memory = std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

[[gnu::weak]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::weak]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

int main(int argc, char** argv) {
    try {
        const Region region(page_count);
        watched = &region;
        factor = argc > 1 ? parse(argv[1]).value_or(0) : 7;
        print("factor " + std::to_string(factor));
        take_faults();
        for (int i = 2; i < argc; ++i) {
            use(region, argv[i]);
        }
        print("rights of the pages:");
        for (std::size_t page = 0; page < page_count; ++page) {
            print(std::to_string(page) + " " + rights_of(region.page(page)));
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
