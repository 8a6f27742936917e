// Asks the kernel to write, by the one instruction that exists for asking, and decodes its answer.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

long raw_open(const char* path, int flags) {
    return raw_syscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), flags);
}

/// Writes each word as a line of its own, by one system call, up to the first one that fails.
/// Returns how many bytes were written in all, or what the failed call returned. Words longer than
/// 255 bytes are cut off there. It is a function of its own for the compiler, too: which of its
/// values live in registers depends on nothing else.
[[gnu::noinline]] long write_lines(int fd, std::span<const char* const> words) {
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

/// What a call has returned, in words: a number of `units`, or an error's number and meaning.
std::string outcome(long result, const std::string& units) {
    const int error = error_of(result);
    return std::to_string(result) +
           (error == 0 ? " " + units : ", " + std::generic_category().message(error)) + "\n";
}

/// For calls that have no reason to fail: hands the result on. Throws std::system_error, named
/// `call`, if it is an error.
long expect_success(long result, const char* call) {
    if (const int error = error_of(result); error != 0) {
        throw std::system_error(error, std::generic_category(), call);
    }
    return result;
}

/// What we have to say ourselves takes the same way into the kernel.
void say(std::string_view text) {
    expect_success(raw_write(1, text.data(), text.size()), "write");
}

/// A success that looks like an error: in the file that stands for a process's memory a position is
/// an address, and the upper half of them is negative in a long. No write, only a position.
void go_to_a_high_address() {
    const long memory = expect_success(raw_open("/proc/self/mem", O_RDONLY), "openat");
    const long position = raw_syscall(SYS_lseek, memory, -8192, SEEK_SET);
    raw_syscall(SYS_close, memory, 0, 0);  // whatever it says, the descriptor is free again
    say("high address: " + outcome(position, "is the position"));
}

void run(int other, std::span<const char* const> words) {
    errno = 0;
    for (const int fd : {1, other}) {
        const long result = write_lines(fd, words);
        say("descriptor " + std::to_string(fd) + ": " + outcome(result, "bytes"));
    }
    go_to_a_high_address();
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
