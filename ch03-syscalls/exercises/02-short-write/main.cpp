// Sends more than a pipe holds, with one thread: whenever the pipe is full it reads it empty. At
// the end it sends to nobody.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "flush.hpp"
#include "pipe.hpp"

namespace {

/// How many bytes, and a number that depends on each of them and on their order: FNV-1a.
struct Tally {
    std::size_t bytes = 0;
    std::uint64_t checksum = 14'695'981'039'346'656'037U;

    void add(std::string_view text) {
        bytes += text.size();
        for (const char byte : text) {
            checksum = (checksum ^ static_cast<unsigned char>(byte)) * 1'099'511'628'211U;
        }
    }
};

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

int control(const OwnedFd& fd, int command, int argument) {
    const int result = ::fcntl(fd.get(), command, argument);
    if (result < 0) {
        throw std::system_error(errno, std::system_category(), "fcntl");
    }
    return result;
}

Pipe make_non_blocking_pipe() {
    Pipe pipe = make_pipe();
    control(pipe.reader, F_SETFL, O_NONBLOCK);
    control(pipe.writer, F_SETFL, O_NONBLOCK);
    return pipe;
}

/// Reads what lies in the pipe now. Returns how much that was.
std::size_t empty(const OwnedFd& reader, Tally& received) {
    const std::size_t before = received.bytes;
    std::array<char, 16'384> buffer;
    ssize_t size = 0;
    while ((size = ::read(reader.get(), buffer.data(), buffer.size())) > 0) {
        received.add({buffer.data(), static_cast<std::size_t>(size)});
    }
    if (size < 0 && errno != EAGAIN) {
        throw std::system_error(errno, std::system_category(), "read");
    }
    return received.bytes - before;
}

/// Ends when flush() says so, or when more has come than was to be sent. Returns how often flush()
/// was called.
int send_all(std::string unsent, const Pipe& pipe, Tally& received) {
    const std::size_t in_all = unsent.size();
    for (int calls = 1;; ++calls) {
        const bool done = flush(pipe.writer.get(), unsent);
        const std::size_t size = empty(pipe.reader, received);
        if (done || received.bytes > in_all) {
            return calls;
        }
        if (size == 0) {
            throw std::runtime_error("flush() says that it would block, and the pipe is empty");
        }
    }
}

void report(const std::string& title, const Tally& tally) {
    std::cout << title << std::dec << tally.bytes << " bytes, checksum " << std::hex
              << tally.checksum << '\n';
}

/// Sends as much as so many full pipes hold, and some bytes more.
void send(std::size_t pipes, std::size_t more) {
    const Pipe pipe = make_non_blocking_pipe();
    const auto capacity = static_cast<std::size_t>(control(pipe.writer, F_GETPIPE_SZ, 0));
    const std::string bytes = make_bytes(pipes * capacity + more);
    Tally sent;
    sent.add(bytes);
    Tally received;
    const int calls = send_all(bytes, pipe, received);
    report("to send: ", sent);
    report("received: ", received);
    std::cout << "calls of flush: " << std::dec << calls << '\n';
}

void send_to_nobody() {
    Pipe pipe = make_non_blocking_pipe();
    {
        const OwnedFd closed = std::move(pipe.reader);
    }
    std::cout << "the reader is gone: ";
    try {
        std::string unsent = "anybody?";
        const bool done = flush(pipe.writer.get(), unsent);
        std::cout << (done ? "all is written\n" : "it would block\n");
    } catch (const std::system_error& error) {
        std::cout << error.what() << '\n';
    }
}

std::optional<std::size_t> to_number(std::string_view text) {
    std::size_t number = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && stopped == text.data() + text.size() ? std::optional(number)
                                                                        : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
    const auto pipes = to_number(argc == 3 ? argv[1] : "");
    const auto more = to_number(argc == 3 ? argv[2] : "");
    if (!pipes || !more) {
        std::cerr << "usage: ch03-02 PIPES BYTES\n";
        return 2;
    }
    try {
        // A write that nobody will read is an error, then, and not the end of the process.
        ::signal(SIGPIPE, SIG_IGN);
        send(*pipes, *more);
        send_to_nobody();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
