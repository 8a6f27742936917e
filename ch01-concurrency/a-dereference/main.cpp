// What happens when a program reads a number from memory: one instruction, and three parties that
// have a say. The program writes the instruction, the processor asks the page table, and the kernel
// decides what to do when nothing stands there.
#include <charconv>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "fault.hpp"
#include "load_store.hpp"
#include "page.hpp"

namespace {

struct Arguments {
    std::uint64_t first = 42;
    std::uint64_t second = 18'446'744'073'709'551'557u;  // needs all 64 bits
    std::uint64_t byte = 40;                             // of the page; a multiple of 8
    std::uint64_t pages = 1;                             // to lose, one after the other
};

// Flushed, for a child has a copy of what is still in the buffer.
void print(const std::string& line) {
    std::cout << line << '\n' << std::flush;
    if (!std::cout) {
        throw std::runtime_error("stdout takes no more");
    }
}

// The compiler may keep a variable in a register, as long as nobody can tell. These two can.
std::uint64_t written_in_cpp_loaded_by_us(std::uint64_t value) {
    const std::uint64_t number = value;
    return load(&number);
}

std::uint64_t stored_by_us_read_in_cpp(std::uint64_t before, std::uint64_t value) {
    std::uint64_t number = before;
    store(&number, value);
    return number;
}

// 0x7f5e8c1c4028
std::string hex(const void* address) {
    std::ostringstream text;
    text << "0x" << std::hex << reinterpret_cast<std::uintptr_t>(address);
    return text.str();
}

std::string in_words(const Ending& ending) {
    if (!ending.signal) {
        return "nothing happens";
    }
    if (*ending.signal != SIGSEGV || !ending.fault) {
        return "signal " + std::to_string(*ending.signal);
    }
    const std::string words = "SIGSEGV at " + hex(ending.fault->address) + ", ";
    switch (ending.fault->code) {
        case SEGV_MAPERR:
            return words + "nothing is mapped there";
        case SEGV_ACCERR:
            return words + "mapped, but not for this";
        default:
            return words + "for another reason";
    }
}

// The same with an address that we have asked the kernel for, until it is taken away.
void lose_a_page(const Arguments& arguments) {
    Page page;
    std::uint64_t* const address = page.at(arguments.byte);
    store(address, arguments.second);
    print("page " + hex(page.at(0)) + ", byte " + std::to_string(arguments.byte) + ": " +
          hex(address) + " holds " + std::to_string(load(address)));

    const Ending unmapped = run_in_child([&] {
        page.unmap();  // the child's copy: nothing happens in between that could map another
        load(address);
    });
    print("a child gives the page back and loads: " + in_words(unmapped));
    print("its parent loads " + std::to_string(load(address)));

    page.make_read_only();
    print("the page is read-only now, load brings " + std::to_string(load(address)));
    const Ending allowed = run_in_child([&] { load(address); });
    print("a child loads: " + in_words(allowed));
    const Ending read_only = run_in_child([&] { store(address, arguments.first); });
    print("a child stores: " + in_words(read_only));
    print("its parent loads " + std::to_string(load(address)));
}

std::optional<std::uint64_t> parse(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stopped == end ? std::optional(value) : std::nullopt;
}

std::optional<Arguments> parse(int argc, char** argv) {
    if (argc == 1) {
        return Arguments{};
    }
    if (argc != 4 && argc != 5) {
        return std::nullopt;
    }
    const auto first = parse(argv[1]);
    const auto second = parse(argv[2]);
    const auto byte = parse(argv[3]);
    const auto pages = argc == 5 ? parse(argv[4]) : 1;
    if (!first || !second || !byte || *byte % 8 != 0 || *byte >= Page::size() || !pages) {
        return std::nullopt;
    }
    return Arguments{*first, *second, *byte, *pages};
}

}  // namespace

int main(int argc, char** argv) {
    const auto arguments = parse(argc, argv);
    if (!arguments) {
        std::cerr << "ch01-a takes no arguments, or two numbers to store, a byte of the page (a\n"
                     "multiple of 8), and how many pages to lose, 1 if you leave that out\n";
        return 2;
    }
    try {
        print("load brings " + std::to_string(written_in_cpp_loaded_by_us(arguments->first)));
        print("after a store the number is " +
              std::to_string(stored_by_us_read_in_cpp(arguments->first, arguments->second)));
        for (std::uint64_t i = 0; i < arguments->pages; ++i) {
            lose_a_page(*arguments);
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
