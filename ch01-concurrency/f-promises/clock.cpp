// clock_nanosleep(2) with an absolute time, and two readings.
#include "clock.hpp"

#include <time.h>

#include <cerrno>
#include <ctime>
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

Moment Clock::now() const {
    return std::chrono::floor<Moment>(std::chrono::steady_clock::now() - start_);
}

Moment Clock::worked() {
    const std::clock_t ticks = std::clock();
    if (ticks == static_cast<std::clock_t>(-1)) {
        throw std::system_error(errno, std::system_category(), "clock");
    }
    return Moment(ticks / (CLOCKS_PER_SEC / 1000));
}
