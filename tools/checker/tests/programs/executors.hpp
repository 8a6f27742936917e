// Twelve executor threads and one reactor thread in epoll: the part that executor_*.cpp share.
// They differ in the Parker: what an executor sleeps on until the reactor wakes it.
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <deque>
#include <future>
#include <thread>

#include "client.hpp"

namespace fixture {

/// Adds 1 to an eventfd; throws std::system_error.
inline void signal_eventfd(int fd) {
    while (eventfd_write(fd, 1) == -1) {
        if (errno != EINTR) {
            checked(-1, "eventfd_write");
        }
    }
}

/// The reactor: one thread that waits for sockets and unparks whoever armed them. `Parker` has
/// park() and unpark(), with a token in between: an unpark before the park is not lost.
template <typename Parker>
class Reactor {
public:
    Reactor()
        : epoll_(checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
          stop_(checked_int(eventfd(0, EFD_CLOEXEC), "eventfd")) {
        control(EPOLL_CTL_ADD, stop_.get(), EPOLLIN, nullptr);
        thread_ = std::jthread([this] { loop(); });
    }
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;
    /// Stops and joins the thread; the executors have ended by then.
    ~Reactor() { signal_eventfd(stop_.get()); }

    /// One wake-up of `parker` when `fd` is readable or closed; `operation` is EPOLL_CTL_ADD the
    /// first time and EPOLL_CTL_MOD later. Any thread.
    void arm(int operation, int fd, Parker& parker) {
        control(operation, fd, EPOLLIN | EPOLLONESHOT, &parker);
    }

private:
    void control(int operation, int fd, std::uint32_t events, Parker* parker) {
        epoll_event interest{.events = events, .data = {.ptr = parker}};
        checked(epoll_ctl(epoll_.get(), operation, fd, &interest), "epoll_ctl");
    }

    // noexcept: without its reactor every executor would sleep forever; better that the program
    // dies.
    void loop() noexcept {
        std::array<epoll_event, 16> events{};
        while (true) {
            const int count =
                epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
            if (count == -1 && errno == EINTR) {
                continue;
            }
            checked(count, "epoll_wait");
            for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
                if (events[i].data.ptr == nullptr) {
                    return;
                }
                static_cast<Parker*>(events[i].data.ptr)->unpark();
            }
        }
    }

    Fd epoll_;
    Fd stop_;
    std::jthread thread_;
};

/// One executor: the requests of its chain, one after the other, asleep in `parker` meanwhile.
template <typename Parker>
void execute_chain(const sockaddr_in& server, std::size_t number, const ChainDelays& delays,
                   Parker& parker, Reactor<Parker>& reactor) {
    for (std::size_t step = 0; step < delays.size(); ++step) {
        Exchange exchange(server, delays[step], chain_message(number, step));
        reactor.arm(EPOLL_CTL_ADD, exchange.fd(), parker);
        parker.park();
        exchange.read_available();
        while (!exchange.complete()) {
            reactor.arm(EPOLL_CTL_MOD, exchange.fd(), parker);
            parker.park();
            exchange.read_available();
        }
        print_received(exchange.body());
    }
}

/// Twelve executors with five requests each, 5000 ms in every one of them.
template <typename Parker>
void run_executors(const sockaddr_in& server) {
    const auto chains = equal_chains(12, 5);
    // The reactor may still be inside unpark() when an executor ends: parkers outlive it.
    std::deque<Parker> parkers(chains.size());
    Reactor<Parker> reactor;
    std::vector<std::future<void>> executors;
    for (std::size_t i = 0; i < chains.size(); ++i) {
        executors.push_back(std::async(std::launch::async, [&, i] {
            execute_chain(server, i, chains[i], parkers[i], reactor);
        }));
    }
    for (auto& executor : executors) {
        executor.get();
    }
}

}  // namespace fixture
