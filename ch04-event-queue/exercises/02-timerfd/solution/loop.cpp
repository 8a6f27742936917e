// The loop of a program that waits for five connections and for a timer.
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "owned_fd.hpp"
#include "session.hpp"

void run_loop(Session& session) {
    Events events;
    // your code
    const OwnedFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC),
                        "timerfd_create");
    const timespec period{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(tick_length).count()};
    const itimerspec periodic{.it_interval = period, .it_value = period};
    if (::timerfd_settime(timer.get(), 0, &periodic, nullptr) < 0) {
        throw std::system_error(errno, std::system_category(), "timerfd_settime");
    }
    session.registry().add(timer.get(), timer_token, Interest::readable, Trigger::level);
    while (session.unfinished() > 0) {
        session.wait(events);
        for (const Event& event : events) {
            if (event.token != timer_token) {
                session.act(event);
                continue;
            }
            // All that have passed since the last read, and the read makes the timer unreadable.
            std::uint64_t ticks = 0;
            if (::read(timer.get(), &ticks, sizeof ticks) < 0) {
                throw std::system_error(errno, std::system_category(), "read from the timer");
            }
            session.count(ticks);
        }
    }
    // end
}
