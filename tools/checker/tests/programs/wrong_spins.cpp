// Wrong: right in all it does, but epoll_wait(2) is told not to wait, so it burns a core.
// Elapsed and output are right (3000 ms, the sum in each of two chains).
// Verdict: spins while it waits.
#include <sys/epoll.h>

#include <algorithm>

#include "client.hpp"

namespace {

/// Whether `fd` is readable now. A fresh epoll each time: this is nobody's model anyway.
bool readable_now(int fd) {
    const fixture::Fd epoll(fixture::checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    fixture::checked(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    return fixture::checked(epoll_wait(epoll.get(), &event, 1, 0), "epoll_wait") == 1;
}

void spin_over_epoll(const sockaddr_in& server) {
    auto chains = fixture::start_chains(server, 2, 3);
    while (!std::ranges::all_of(chains, &fixture::Chain::done)) {
        for (auto& chain : chains) {
            if (!chain.done() && readable_now(chain.fd())) {
                chain.advance();
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, spin_over_epoll);
}
