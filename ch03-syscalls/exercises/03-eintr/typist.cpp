// An interval timer, setitimer(2), whose handler does the typing.
#include "typist.hpp"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

namespace {

// The handler's: it runs between any two instructions of the program. Set before the timer starts,
// and from then on only the handler writes to them.
int keyboard = -1;
std::string text_to_type;
volatile std::size_t typed = 0;
volatile sig_atomic_t tick = 0;
volatile sig_atomic_t next_letter = 0;  // the tick at which it is typed

constexpr int ticks_for_a_letter = 3;
constexpr int ticks_for_a_thought = 120;  // before each line

void check(int result, const char* call) {
    if (result < 0) {
        throw std::system_error(errno, std::system_category(), call);
    }
}

void set_interval(suseconds_t microseconds) {
    const itimerval interval{.it_interval = {0, microseconds}, .it_value = {0, microseconds}};
    check(::setitimer(ITIMER_REAL, &interval, nullptr), "setitimer");
}

// write is one of the calls that a handler may make; signal-safety(7). errno belongs to whoever was
// interrupted, and is put back.
void on_tick(int /*signal*/) {
    const int before = errno;
    tick = tick + 1;
    if (tick >= next_letter && typed < text_to_type.size() &&
        ::write(keyboard, &text_to_type[typed], 1) == 1) {
        next_letter =
            tick + (text_to_type[typed] == '\n' ? ticks_for_a_thought : ticks_for_a_letter);
        typed = typed + 1;
    }
    errno = before;
}

}  // namespace

Typist::Typist(int fd, std::string text) {
    keyboard = fd;
    text_to_type = std::move(text);
    typed = 0;
    tick = 0;
    next_letter = ticks_for_a_thought;
    struct sigaction action{};
    action.sa_handler = on_tick;
    check(::sigaction(SIGALRM, &action, nullptr), "sigaction");
    set_interval(1000);
}

Typist::~Typist() {
    // The handler stays: a last signal may still be on its way.
    set_interval(0);
}

int Typist::ticks() {
    return tick;
}
