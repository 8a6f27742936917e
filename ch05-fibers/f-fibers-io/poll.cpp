// The event queue over Linux' epoll: epoll(7), epoll_ctl(2), epoll_wait(2).
#include "poll.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <span>
#include <system_error>

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::uint32_t epoll_bits(Interest interest, Trigger trigger) {
    // EPOLLRDHUP: the other side has sent its last byte. EPOLLERR and EPOLLHUP come unasked.
    std::uint32_t bits = 0;
    if (interest != Interest::writable) {
        bits |= EPOLLIN | EPOLLRDHUP;
    }
    if (interest != Interest::readable) {
        bits |= EPOLLOUT;
    }
    return trigger == Trigger::edge ? bits | EPOLLET : bits;
}

Event event_of(const epoll_event& ready) {
    // An error or a hang-up is for whoever acts next: its read or write gets to hear of it.
    constexpr std::uint32_t either = EPOLLERR | EPOLLHUP;
    return {.token = ready.data.u64,
            .readable = (ready.events & (EPOLLIN | EPOLLRDHUP | either)) != 0,
            .writable = (ready.events & (EPOLLOUT | either)) != 0};
}

void control(int queue, int operation, int fd, epoll_event* event) {
    if (::epoll_ctl(queue, operation, fd, event) < 0) {
        throw std::system_error(errno, std::system_category(), "epoll_ctl");
    }
}

// As epoll_wait wants it: -1 is forever. Passed time is rounded down, so that what remains is
// rounded up and a wait never ends early.
int milliseconds_left(std::optional<milliseconds> timeout, steady_clock::time_point start) {
    if (!timeout) {
        return -1;
    }
    const auto passed = std::chrono::floor<milliseconds>(steady_clock::now() - start);
    const milliseconds longest{std::numeric_limits<int>::max()};
    return static_cast<int>(std::clamp(*timeout - passed, milliseconds{0}, longest).count());
}

}  // namespace

void Registry::add(int fd, Token token, Interest interest, Trigger trigger) const {
    epoll_event event{.events = epoll_bits(interest, trigger), .data = {.u64 = token}};
    control(queue_, EPOLL_CTL_ADD, fd, &event);
}

void Registry::modify(int fd, Token token, Interest interest, Trigger trigger) const {
    epoll_event event{.events = epoll_bits(interest, trigger), .data = {.u64 = token}};
    control(queue_, EPOLL_CTL_MOD, fd, &event);
}

void Registry::remove(int fd) const {
    control(queue_, EPOLL_CTL_DEL, fd, nullptr);
}

Poll::Poll() : queue_(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1") {}

void Poll::poll(Events& events, std::optional<milliseconds> timeout) {
    // What doesn't fit stays in the kernel's ready list and comes with the next call.
    std::array<epoll_event, 64> ready;
    const auto start = steady_clock::now();
    int count = 0;
    do {
        count = ::epoll_wait(queue_.get(), ready.data(), static_cast<int>(ready.size()),
                             milliseconds_left(timeout, start));
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        throw std::system_error(errno, std::system_category(), "epoll_wait");
    }
    events.clear();
    for (const epoll_event& one : std::span(ready).first(static_cast<std::size_t>(count))) {
        events.push_back(event_of(one));
    }
}
