// Concurrent: one thread, five requests at once, 1000 to 5000 ms, replies by epoll as they come.
// Tricky: the longest is sent last, so a clock that moves before all five are sent is late with it.
// Elapsed: 5000 ms.
#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <optional>

#include "client.hpp"

namespace {

constexpr std::size_t requests = 5;

int wait_for_events(int epoll, std::array<epoll_event, requests>& events) {
    while (true) {
        const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        if (count != -1 || errno != EINTR) {
            return fixture::checked_int(count, "epoll_wait");
        }
    }
}

void five_at_once(const sockaddr_in& server) {
    const fixture::Fd epoll(fixture::checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    std::array<std::optional<fixture::Exchange>, requests> exchanges;
    for (std::size_t i = 0; i < requests; ++i) {
        const fixture::milliseconds delay{(i + 1) * 1000};
        auto& exchange =
            exchanges[i].emplace(server, delay, "HelloWorld" + std::to_string(requests - i));
        epoll_event interest{.events = EPOLLIN, .data = {.u64 = i}};
        fixture::checked(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, exchange.fd(), &interest),
                         "epoll_ctl");
    }
    std::array<epoll_event, requests> events{};
    for (std::size_t missing = requests; missing > 0;) {
        const int count = wait_for_events(epoll.get(), events);
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            auto& exchange = exchanges.at(events[i].data.u64);
            exchange.value().read_available();
            if (exchange->complete()) {
                fixture::print_received(exchange->body());
                exchange.reset();
                --missing;
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, five_at_once);
}
