// A handler that sets a number, the one place that reads it, and a wait that it ends.
#include "stop.hpp"

#include <poll.h>

#include <array>
#include <csignal>

#include "fd.hpp"

namespace checker {
namespace {

constexpr std::array stop_signals{SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t noted = 0;

// While it lives these signals wait, too.
class SignalsHeld {
public:
    SignalsHeld() {
        sigset_t held;
        ::sigemptyset(&held);
        for (const int signal : stop_signals) {
            ::sigaddset(&held, signal);
        }
        ::sigprocmask(SIG_BLOCK, &held, &before_);
    }
    ~SignalsHeld() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;

    const sigset_t& before() const { return before_; }

private:
    sigset_t before_{};
};

}  // namespace

void note_stop_signals() {
    struct sigaction action{};
    action.sa_handler = [](int signal) { noted = signal; };
    action.sa_flags = SA_RESTART;  // poll() ends all the same: signal(7)
    for (const int signal : stop_signals) {
        ::sigaction(signal, &action, nullptr);
    }
}

void throw_if_stopped() {
    if (noted != 0) {
        throw Stopped{noted};
    }
}

bool wait_readable(int fd, std::optional<std::chrono::milliseconds> limit) {
    // ppoll() alone lets the signals in: one that came between the look and the wait would be
    // slept over.
    const SignalsHeld held;
    pollfd asked{.fd = fd, .events = POLLIN, .revents = 0};
    for (;;) {
        throw_if_stopped();
        timespec time{};
        if (limit) {
            time.tv_sec = limit->count() / 1000;
            time.tv_nsec = limit->count() % 1000 * 1'000'000;
        }
        const int ready = ::ppoll(&asked, 1, limit ? &time : nullptr, &held.before());
        if (ready >= 0) {
            return ready > 0;
        }
        if (errno != EINTR) {
            throw_errno("ppoll");
        }
    }
}

}  // namespace checker
