// Writes words through one interface. What lies below it, POSIX or Windows, only CMake knows.
#include <charconv>
#include <cstddef>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "write_all.hpp"

namespace {

void say(const std::string& text) {
    write_all(1, text + "\n");
}

/// Each word a line of its own, all of that `times` times.
std::string make_lines(std::span<const char* const> words, int times) {
    std::string lines;
    for (int time = 0; time < times; ++time) {
        for (const char* word : words) {
            lines += word;
            lines += '\n';
        }
    }
    return lines;
}

void write_words(int other, const std::string& lines) {
    for (const int fd : {1, other}) {
        const std::string which = "descriptor " + std::to_string(fd) + ": ";
        try {
            write_all(fd, lines);
            say(which + std::to_string(lines.size()) + " bytes");
        } catch (const std::system_error& error) {
            say(which + error.what());
        }
    }
}

std::optional<int> to_number(std::string_view text) {
    int number = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && stopped == text.data() + text.size() ? std::optional(number)
                                                                        : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
    const auto other = to_number(argc > 1 ? arguments[1] : "");
    const auto times = to_number(argc > 2 ? arguments[2] : "");
    if (!other || !times) {
        std::cerr << "usage: ch03-c DESCRIPTOR TIMES WORD...\n";
        return 2;
    }
    try {
        write_words(*other, make_lines(arguments.subspan(3), *times));
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
