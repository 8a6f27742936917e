// Six requests from the main thread, whose replies a reactor thread reads, edge-triggered. What two
// programs share that differ in one thing: when the reactor learns which socket is whose.
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <map>
#include <mutex>
#include <thread>

#include "client.hpp"

namespace fixture {

enum class Learns { before_the_reply_can_come, when_all_are_sent };

/// Sends six requests and lets the reactor thread print the replies.
template <Learns when>
class Reactor {
public:
    Reactor() : epoll_(checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

    void fetch(const sockaddr_in& server) {
        std::jthread thread([this] { loop(); });
        std::map<int, Exchange> late;
        for (int i = 0; i < requests; ++i) {
            Exchange exchange(server, milliseconds(1000 * (i + 1)), "m" + std::to_string(i));
            const int fd = exchange.fd();
            if constexpr (when == Learns::before_the_reply_can_come) {
                learn(fd, std::move(exchange));
            } else {
                late.emplace(fd, std::move(exchange));
            }
            epoll_event interest{.events = EPOLLIN | EPOLLET, .data = {.fd = fd}};
            checked(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &interest), "epoll_ctl");
            std::this_thread::sleep_for(milliseconds(1));  // a client that paces its requests
        }
        for (auto& [fd, exchange] : late) {
            learn(fd, std::move(exchange));
        }
    }

private:
    static constexpr int requests = 6;

    void learn(int fd, Exchange exchange) {
        const std::lock_guard lock(mutex_);
        exchanges_.emplace(fd, std::move(exchange));
    }

    // noexcept: a program without its reactor had better die than wait.
    void loop() noexcept {
        for (int left = requests; left > 0;) {
            std::array<epoll_event, 8> events{};
            const int count = epoll_wait(epoll_.get(), events.data(), 8, -1);
            if (count == -1 && errno == EINTR) {
                continue;
            }
            checked(count, "epoll_wait");
            for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
                left -= advance(events[i].data.fd) ? 1 : 0;
            }
        }
    }

    // An event for a socket that nobody has told us of is dropped: the edge is gone.
    bool advance(int fd) {
        const std::lock_guard lock(mutex_);
        const auto found = exchanges_.find(fd);
        if (found == exchanges_.end()) {
            return false;
        }
        found->second.read_available();
        if (!found->second.complete()) {
            return false;
        }
        print_received(found->second.body());
        exchanges_.erase(found);
        return true;
    }

    Fd epoll_;
    std::mutex mutex_;
    std::map<int, Exchange> exchanges_;
};

}  // namespace fixture
