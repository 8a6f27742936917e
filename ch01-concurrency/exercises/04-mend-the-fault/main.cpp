// Loads numbers from pages that aren't there. A signal handler makes them appear, and the load that
// faulted is tried again: it never learns of it.
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
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

// What the handler needs; set before it is installed.
const Region* watched = nullptr;
std::uint64_t factor = 0;
volatile std::sig_atomic_t faults = 0;

void on_fault(int, siginfo_t* info, void*) {
    faults = faults + 1;
    // Not mended: the same instruction faults once more, and then nobody is there to take it.
    if (!mend(*watched, factor, info->si_addr)) {
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

// The first and the last number of each page that is asked for.
void load_from(const Region& region, std::size_t page) {
    const std::uint64_t last = load(region.page(page) + region.numbers() - 1);
    const std::uint64_t first = load(region.page(page));
    print("page " + std::to_string(page) + ": " + std::to_string(first) + " to " +
          std::to_string(last) + ", faults so far: " + std::to_string(faults));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Region region(page_count);
        watched = &region;
        factor = argc > 1 ? parse(argv[1]).value_or(0) : 7;
        print("factor " + std::to_string(factor));
        take_faults();
        for (int i = 2; i < argc; ++i) {
            const auto page = parse(argv[i]);
            if (!page || *page > page_count) {
                std::cerr << "a factor, and then numbers of pages, 0 to " << page_count << '\n';
                return 2;
            }
            load_from(region, *page);
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
