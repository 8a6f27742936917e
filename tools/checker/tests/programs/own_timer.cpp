// Own timers: poll(2) with a timeout of 20 ms over the sockets and a timerfd that ticks every 50
// ms. Tricky: it wakes by itself while replies are outstanding, and does nothing with it. Elapsed:
// 3000 ms, the sum in each of three chains.
#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "client.hpp"

namespace {

fixture::Fd start_ticks() {
    fixture::Fd timer(fixture::checked_int(
        timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd_create"));
    const timespec interval{.tv_sec = 0, .tv_nsec = 50'000'000};
    const itimerspec every{.it_interval = interval, .it_value = interval};
    fixture::checked(timerfd_settime(timer.get(), 0, &every, nullptr), "timerfd_settime");
    return timer;
}

void drain_ticks(int timer) {
    std::uint64_t ticks = 0;
    if (read(timer, &ticks, sizeof ticks) == -1 && errno != EAGAIN && errno != EINTR) {
        fixture::checked(-1, "read");
    }
}

void wait_for_any(const std::vector<fixture::Chain>& chains, int timer) {
    std::vector<pollfd> waits{{.fd = timer, .events = POLLIN, .revents = 0}};
    for (const auto& chain : chains) {
        if (!chain.done()) {
            waits.push_back({.fd = chain.fd(), .events = POLLIN, .revents = 0});
        }
    }
    if (poll(waits.data(), waits.size(), 20) == -1 && errno != EINTR) {
        fixture::checked(-1, "poll");
    }
}

void ticking_meanwhile(const sockaddr_in& server) {
    const fixture::Fd timer = start_ticks();
    auto chains = fixture::start_chains(server, 3, 3);
    while (!std::ranges::all_of(chains, &fixture::Chain::done)) {
        wait_for_any(chains, timer.get());
        drain_ticks(timer.get());
        for (auto& chain : chains) {
            if (!chain.done()) {
                chain.advance();
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, ticking_meanwhile);
}
