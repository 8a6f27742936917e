// The other end of a connection is ours here: no delay server asks for 16 MB.
#include "witness.hpp"

#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <cerrno>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "fiber_stream.hpp"
#include "fibers.hpp"
#include "owned_fd.hpp"

namespace {

void check(int result, const char* call) {
    if (result < 0) {
        throw std::system_error(errno, std::system_category(), call);
    }
}

/// A listening socket, at a port of the kernel's choice.
OwnedFd listen_here(sockaddr_in& address) {
    OwnedFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    check(::bind(listener.get(), generic, size), "bind");
    check(::listen(listener.get(), 1), "listen");
    check(::getsockname(listener.get(), generic, &size), "getsockname");
    return listener;
}

OwnedFd accept_here(Fibers& fibers, int listener) {
    fibers.wait_until_ready(listener, Interest::readable);
    return OwnedFd(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC), "accept4");
}

/// Accepts one connection, and reads it to its end.
void receive_all(Fibers& fibers, int listener, std::string& received) {
    const OwnedFd peer = accept_here(fibers, listener);
    std::vector<char> buffer(65'536);
    while (true) {
        const ssize_t size = ::recv(peer.get(), buffer.data(), buffer.size(), 0);
        if (size == 0) {
            return;
        }
        if (size > 0) {
            received.append(buffer.data(), static_cast<std::size_t>(size));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            fibers.wait_until_ready(peer.get(), Interest::readable);
        } else if (errno != EINTR) {
            throw std::system_error(errno, std::system_category(), "recv");
        }
    }
}

void set_alarm(const OwnedFd& timer, timespec in) {
    const itimerspec once{.it_interval = {}, .it_value = in};
    check(::timerfd_settime(timer.get(), 0, &once, nullptr), "timerfd_settime");
}

}  // namespace

void wait_beside_work() {
    constexpr int all_turns = 100;
    const OwnedFd not_zero(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
    const OwnedFd alarm(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
                        "timerfd_create");
    set_alarm(alarm, {.tv_sec = 5, .tv_nsec = 0});
    Fibers fibers;
    int turns = 0;
    fibers.spawn([&] {
        fibers.wait_until_ready(not_zero.get(), Interest::readable);
        std::cout << "TOLD: after " << turns << " of " << all_turns << " turns of the other\n";
    });
    fibers.spawn([&] {
        while (turns < all_turns) {
            ++turns;
            fibers.yield();
        }
        set_alarm(alarm, {.tv_sec = 0, .tv_nsec = 1});
    });
    fibers.spawn([&] {
        fibers.wait_until_ready(alarm.get(), Interest::readable);
        std::cout << (turns == all_turns ? "AWAKE: for all turns\n" : "ASLEEP: between turns\n");
    });
    fibers.run();
}

void write_more_than_fits(const std::function<void(Fibers&)>& before_reading) {
    std::string sent;
    for (int number = 0; sent.size() < 16'000'000; ++number) {
        sent += std::to_string(number) + ' ';
    }
    std::string received;
    sockaddr_in address;
    const OwnedFd listener = listen_here(address);
    Fibers fibers;
    JoinHandle writer = fibers.spawn([&] {
        FiberStream stream(fibers, address);
        stream.write_all(sent);
    });
    JoinHandle reader = fibers.spawn([&] {
        before_reading(fibers);
        receive_all(fibers, listener.get(), received);
    });
    writer.join();
    reader.join();
    if (received != sent) {
        throw std::runtime_error(
            "what arrived is not what was sent: " + std::to_string(received.size()) +
            " bytes for " + std::to_string(sent.size()));
    }
    std::cout << "ARRIVED: all bytes, in their order\n";
}

void read_after_reset() {
    sockaddr_in address;
    const OwnedFd listener = listen_here(address);
    Fibers fibers;
    JoinHandle reader = fibers.spawn([&] {
        FiberStream stream(fibers, address);
        char byte = 0;
        const std::size_t size = stream.read({&byte, 1});
        std::cout << "READ: " << size << " bytes, and no error\n";
    });
    JoinHandle other_side = fibers.spawn([&] {
        const OwnedFd peer = accept_here(fibers, listener.get());
        // To be closed at once, and whatever is on its way thrown away: see socket(7).
        const linger reset{.l_onoff = 1, .l_linger = 0};
        check(::setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset), "setsockopt");
    });
    other_side.join();
    reader.join();
}

void wait_in_a_circle() {
    const OwnedFd not_zero(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
    Fibers fibers;
    std::vector<JoinHandle> handles;
    handles.push_back(fibers.spawn([&] {
        fibers.wait_until_ready(not_zero.get(), Interest::readable);
        handles[1].join();
    }));
    handles.push_back(fibers.spawn([&] { handles[0].join(); }));
    try {
        fibers.run();
        std::cout << "main: they have ended\n" << std::flush;
    } catch (const std::logic_error& error) {
        std::cout << "main: " << error.what() << '\n' << std::flush;
    }
}
