// A handler that sets a number, and the one place that reads it.
#include "stop.hpp"

#include <csignal>
#include <initializer_list>

namespace checker {
namespace {

volatile std::sig_atomic_t noted = 0;

}  // namespace

void note_stop_signals() {
    struct sigaction action{};
    action.sa_handler = [](int signal) { noted = signal; };
    action.sa_flags = SA_RESTART;  // poll() ends all the same: signal(7)
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        ::sigaction(signal, &action, nullptr);
    }
}

void throw_if_stopped() {
    if (noted != 0) {
        throw Stopped{noted};
    }
}

}  // namespace checker
