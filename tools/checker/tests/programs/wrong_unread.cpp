// Wrong: edge-triggered, but reads only 512 bytes per event; the reply has 16 KiB.
// Once no more bytes arrive there are no more edges, whatever is still unread.
// Verdict: stuck, at 1000 ms, with unread bytes on its only connection.
#include <sys/epoll.h>

#include <cerrno>

#include "client.hpp"

namespace {

void read_one_piece_per_edge(const sockaddr_in& server) {
    const fixture::Fd epoll(fixture::checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    fixture::Exchange exchange(server, fixture::milliseconds{1000}, "HelloWorld1?size=16384");
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.fd = exchange.fd()}};
    fixture::checked(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, exchange.fd(), &event), "epoll_ctl");
    while (!exchange.complete()) {
        const int count = epoll_wait(epoll.get(), &event, 1, -1);
        if (count == -1 && errno == EINTR) {
            continue;
        }
        fixture::checked(count, "epoll_wait");
        exchange.read_piece(512);
    }
    fixture::print_received(exchange.body());
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, read_one_piece_per_edge);
}
