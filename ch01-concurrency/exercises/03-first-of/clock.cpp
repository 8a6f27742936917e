// clock_nanosleep(2) with an absolute time.
#include "clock.hpp"

#include <time.h>

#include <cerrno>
#include <system_error>

void Clock::sleep_until(Moment moment) const {
    // On Linux std::chrono::steady_clock is CLOCK_MONOTONIC, counted from the same zero.
    const auto since_zero = (start_ + moment).time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_zero);
    const std::chrono::nanoseconds rest = since_zero - seconds;
    const timespec until{.tv_sec = seconds.count(), .tv_nsec = rest.count()};
    int error = 0;
    do {
        // Interrupted, it is called again with the same arguments: the moment has not moved.
        error = ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
    } while (error == EINTR);
    if (error != 0) {
        throw std::system_error(error, std::system_category(), "clock_nanosleep");
    }
}
