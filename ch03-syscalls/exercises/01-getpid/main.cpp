// Makes a child, which asks the kernel who it is, and compares: fork() has told us the same.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "pipe.hpp"
#include "process_id.hpp"

namespace {

/// Asks so many times, adds the answers up, and adds up the sums, eight deep. So nearly all
/// registers hold something, and one that is overwritten behind the compiler's back shows.
template <typename Ask>
unsigned long sum_of_answers(long times, Ask ask) {
    unsigned long a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    for (long time = 0; time < times; ++time) {
        a += static_cast<unsigned long>(ask());
        b += a;
        c += b;
        d += c;
        e += d;
        f += e;
        g += f;
        h += g;
    }
    return h;
}

/// Runs in a child, sends its sum, and never returns.
[[noreturn]] void be_the_child(const OwnedFd& to, long times) {
    const unsigned long sum = sum_of_answers(times, [] { return process_id(); });
    const bool sent = ::write(to.get(), &sum, sizeof sum) == sizeof sum;
    ::_exit(sent ? 0 : 1);
}

unsigned long receive(const OwnedFd& from) {
    unsigned long sum = 0;
    if (::read(from.get(), &sum, sizeof sum) != sizeof sum) {
        throw std::runtime_error("the child has sent no answer");
    }
    return sum;
}

void compare(long times) {
    const Pipe pipe = make_pipe();
    // Whoever remembers an answer remembers this one, and the child is another process.
    process_id();
    const pid_t child = ::fork();
    if (child < 0) {
        throw std::system_error(errno, std::system_category(), "fork");
    }
    if (child == 0) {
        be_the_child(pipe.writer, times);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) < 0) {
        throw std::system_error(errno, std::system_category(), "waitpid");
    }
    if (status != 0) {
        std::cout << "the child has died asking\n";
        return;
    }
    const unsigned long sum = receive(pipe.reader);
    std::cout << "asked " << times << " times\n"
              << "should add up to " << sum_of_answers(times, [child] { return child; }) << '\n'
              << "answers add up to " << sum << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view text = argc == 2 ? argv[1] : "";
    long times = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), times);
    if (error != std::errc{} || stopped != text.data() + text.size() || times < 1) {
        std::cerr << "usage: ch03-01 TIMES\n";
        return 2;
    }
    try {
        compare(times);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
