// Wrong: connects, never sends its request, and waits for the reply in epoll_wait(2) forever.
// Nothing is parked at the server, and no timer will ever wake the program.
// Verdict: stuck, at 0 ms.
#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "client.hpp"

namespace {

void wait_without_asking(const sockaddr_in& server) {
    const fixture::Fd socket(
        fixture::checked_int(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    fixture::checked(
        connect(socket.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server),
        "connect");
    const fixture::Fd epoll(fixture::checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    epoll_event event{.events = EPOLLIN, .data = {.fd = socket.get()}};
    fixture::checked(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, socket.get(), &event), "epoll_ctl");
    while (epoll_wait(epoll.get(), &event, 1, -1) == -1) {
        if (errno != EINTR) {
            fixture::checked(-1, "epoll_wait");
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, wait_without_asking);
}
