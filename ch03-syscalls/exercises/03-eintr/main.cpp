// Reads lines that are typed letter by letter, while signals interrupt nearly every read. At the
// end it reads from nothing.
#include <cstddef>
#include <exception>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "pipe.hpp"
#include "read_line.hpp"
#include "typist.hpp"

namespace {

void read_lines(std::span<const char* const> words) {
    std::string text;
    for (const char* word : words) {
        text += word;
        text += '\n';
    }
    Pipe pipe = make_pipe();
    std::optional<OwnedFd> writer(std::move(pipe.writer));
    {
        const Typist typist(writer->get(), text);
        for (std::size_t line = 0; line < words.size(); ++line) {
            const std::string read = read_line(pipe.reader.get());
            std::cout << "line: \"" << read << "\"\n";
        }
        std::cout << "letters: " << text.size() << "\nsignals: " << Typist::ticks() << '\n';
    }
    writer.reset();
    std::cout << "after the end: " << read_line(pipe.reader.get()).size() << " letters\n";
}

void read_from_nothing() {
    constexpr int nothing = -1;
    std::cout << "no descriptor: ";
    try {
        std::cout << read_line(nothing).size() << " letters\n";
    } catch (const std::system_error& error) {
        std::cout << error.what() << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
    if (argc < 2) {
        std::cerr << "usage: ch03-03 WORD...\n";
        return 2;
    }
    try {
        read_lines(arguments.subspan(1));
        read_from_nothing();
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
