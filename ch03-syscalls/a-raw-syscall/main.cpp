// Asks the kernel to write, by the one instruction that exists for asking, and decodes its answer.
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "raw_syscall.hpp"

namespace {

long raw_write(int fd, const char* bytes, std::size_t size) {
    return raw_syscall(SYS_write, fd, reinterpret_cast<long>(bytes), static_cast<long>(size));
}

/// Writes each word as a line of its own, by one system call, up to the first one that fails.
/// Returns how many bytes were written in all, or what the failed call returned. Words longer than
/// 255 bytes are cut off there.
long write_lines(int fd, std::span<const char* const> words) {
    long total = 0;
    for (const char* word : words) {
        std::array<char, 256> line;
        std::size_t size = 0;
        while (word[size] != '\0' && size < line.size() - 1) {
            line[size] = word[size];
            ++size;
        }
        line[size++] = '\n';
        const long written = raw_write(fd, line.data(), size);
        if (error_of(written) != 0) {
            return written;
        }
        total += written;
    }
    return total;
}

/// What became of a write, in words. Success is a number of bytes, failure an error's number.
std::string outcome(int fd, long result) {
    const int error = error_of(result);
    const std::string which = "descriptor " + std::to_string(fd) + ": ";
    if (error == 0) {
        return which + std::to_string(result) + " bytes\n";
    }
    return which + std::to_string(result) + ", " + std::generic_category().message(error) + "\n";
}

/// What we have to say ourselves takes the same way into the kernel.
void say(std::string_view text) {
    const long written = raw_write(1, text.data(), text.size());
    if (const int error = error_of(written); error != 0) {
        throw std::system_error(error, std::generic_category(), "write");
    }
}

void run(int other, std::span<const char* const> words) {
    errno = 0;
    for (const int fd : {1, other}) {
        const long result = write_lines(fd, words);
        say(outcome(fd, result));
    }
    say("errno: " + std::to_string(errno) + "\n");
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
    int other = 0;
    const std::string_view number = argc > 1 ? arguments[1] : "";
    const auto [stopped, error] = std::from_chars(number.begin(), number.end(), other);
    if (argc < 3 || error != std::errc{} || stopped != number.end()) {
        std::cerr << "usage: ch03-a DESCRIPTOR WORD...\n";
        return 2;
    }
    try {
        run(other, arguments.subspan(2));
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
