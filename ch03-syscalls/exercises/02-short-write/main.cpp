// Sends more than a pipe holds, with one thread: whenever the pipe is full it reads it empty.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

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

void make_non_blocking(const OwnedFd& fd) {
    if (::fcntl(fd.get(), F_SETFL, O_NONBLOCK) < 0) {
        throw std::system_error(errno, std::system_category(), "fcntl");
    }
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

void send(std::size_t size) {
    const Pipe pipe = make_pipe();
    make_non_blocking(pipe.reader);
    make_non_blocking(pipe.writer);
    const std::string bytes = make_bytes(size);
    Tally sent;
    sent.add(bytes);
    Tally received;
    const int calls = send_all(bytes, pipe, received);
    report("to send: ", sent);
    report("received: ", received);
    std::cout << "calls of flush: " << std::dec << calls << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view text = argc == 2 ? argv[1] : "";
    std::size_t size = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc{} || stopped != text.data() + text.size()) {
        std::cerr << "usage: ch03-02 BYTES\n";
        return 2;
    }
    try {
        send(size);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
