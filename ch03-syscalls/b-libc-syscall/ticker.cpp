// The interval timer of setitimer(2), and a semaphore that its signal raises.
#include "ticker.hpp"

#include <semaphore.h>
#include <signal.h>
#include <sys/time.h>

#include <cerrno>
#include <system_error>

namespace {

sem_t ticks_come;

void check(int result, const char* call) {
    if (result < 0) {
        throw std::system_error(errno, std::system_category(), call);
    }
}

void set_interval(suseconds_t microseconds) {
    const itimerval interval{.it_interval = {0, microseconds}, .it_value = {0, microseconds}};
    check(::setitimer(ITIMER_REAL, &interval, nullptr), "setitimer");
}

}  // namespace

Ticker::Ticker() {
    check(::sem_init(&ticks_come, 0, 0), "sem_init");
    struct sigaction action{};
    // A handler runs between any two instructions; signal-safety(7) lists the little that it may
    // call. This one leaves errno alone, too.
    action.sa_handler = [](int) { ::sem_post(&ticks_come); };
    check(::sigaction(SIGALRM, &action, nullptr), "sigaction");
    set_interval(1000);
}

Ticker::~Ticker() {
    // The handler stays: a last signal may still be on its way.
    set_interval(0);
}

void Ticker::wait(int ticks) {
    while (::sem_trywait(&ticks_come) == 0) {
        // one that has come before
    }
    for (int tick = 0; tick < ticks; ++tick) {
        check(::sem_wait(&ticks_come), "sem_wait");
    }
}
