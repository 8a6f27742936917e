// Asks the kernel through libc's write, and does what each of its answers asks for.
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <future>
#include <iostream>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "pipe.hpp"
#include "slow_reader.hpp"
#include "ticker.hpp"
#include "write_all.hpp"

namespace {

void say(const std::string& text) {
    write_all(STDOUT_FILENO, text + "\n");
}

/// Writes each word as a line of its own. Returns how many bytes were written in all.
std::size_t write_lines(int fd, std::span<const char* const> words) {
    std::size_t total = 0;
    for (const char* word : words) {
        const std::string line = word + std::string("\n");
        write_all(fd, line);
        total += line.size();
    }
    return total;
}

void write_words(int other, std::span<const char* const> words) {
    for (const int fd : {STDOUT_FILENO, other}) {
        const std::string which = "descriptor " + std::to_string(fd) + ": ";
        try {
            say(which + std::to_string(write_lines(fd, words)) + " bytes");
        } catch (const std::system_error& error) {
            say(which + error.what());
        }
    }
}

/// Bytes without a pattern, so that one which is lost, doubled or misplaced changes the checksum.
std::string make_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = static_cast<std::uint32_t>(size);
    for (char& byte : bytes) {
        state = state * 1'664'525U + 1'013'904'223U;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

/// One call of write, and what it returned.
void write_once(const std::string& title, int fd, std::string_view& bytes) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
        say(title + std::to_string(written) + " of " + std::to_string(bytes.size()) + " bytes");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    } else {
        const std::error_code error(errno, std::system_category());
        say(title + std::to_string(written) + ", errno is " + std::to_string(error.value()) + ": " +
            error.message());
    }
}

void say_tally(const std::string& title, const Tally& tally) {
    std::ostringstream text;
    text << title << tally.bytes << " bytes, checksum " << std::hex << tally.checksum;
    say(text.str());
}

/// Writes more into a pipe than it holds, while nobody reads, and then while somebody does.
void fill_a_pipe(std::size_t size) {
    const std::string bytes = make_bytes(size);
    Tally sent;
    sent.add(bytes);
    const Ticker ticker;
    Pipe pipe = make_pipe();
    std::string_view unsent = bytes;
    write_once("nobody reads: ", pipe.writer.get(), unsent);
    write_once("once more: ", pipe.writer.get(), unsent);
    auto reader = std::async(std::launch::async, read_slowly, std::move(pipe.reader));
    {
        // Closed at the end of this block, which is the end of what the reader reads.
        const OwnedFd writer = std::move(pipe.writer);
        write_all(writer.get(), unsent);
    }
    say_tally("sent: ", sent);
    say_tally("received: ", reader.get());
}

void lose_the_reader() {
    Pipe pipe = make_pipe();
    {
        const OwnedFd closed = std::move(pipe.reader);
    }
    try {
        write_all(pipe.writer.get(), "anybody?");
        say("the reader is gone: written");
    } catch (const std::system_error& error) {
        say(std::string("the reader is gone: ") + error.what());
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
    const auto size = to_number(argc > 2 ? arguments[2] : "");
    if (!other || !size || *size < 0) {
        std::cerr << "usage: ch03-b DESCRIPTOR BYTES WORD...\n";
        return 2;
    }
    try {
        // A write that nobody will read is an error, then, and no longer the end of the process.
        ::signal(SIGPIPE, SIG_IGN);
        write_words(*other, arguments.subspan(3));
        fill_a_pipe(static_cast<std::size_t>(*size));
        lose_the_reader();
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
