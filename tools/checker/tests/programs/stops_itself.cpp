// Stops itself: while the parent waits for a reply, its child sends it SIGSTOP, later SIGCONT.
// Tricky: state T is asleep, but the child may continue it; afterwards poll(2) shows as
// restart_syscall, and epoll_wait(2) ends with EINTR. Elapsed: 6000 ms.
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

#include "client.hpp"

namespace {

using fixture::milliseconds;

/// Whether the single thread of `process` waits interruptibly; see proc_pid_stat(5).
bool asleep(pid_t process) {
    const auto name = "/proc/" + std::to_string(process) + "/stat";
    const fixture::Fd file(fixture::checked_int(open(name.c_str(), O_RDONLY | O_CLOEXEC), "open"));
    std::array<char, 512> buffer;
    const auto size = fixture::read_some(file.get(), buffer.data(), buffer.size());
    const std::string_view stat(buffer.data(), size);
    // The state follows the name, which is in brackets and may contain some.
    return stat.substr(stat.rfind(')')).starts_with(") S");
}

void stop_parent_on_command(fixture::Pipe& commands, pid_t parent) {
    commands.write_end.reset();
    char command = 0;
    while (fixture::read_some(commands.read_end.get(), &command, 1) != 0) {
        // Awake until then, so that the judge sees nothing quiet before the parent is stopped.
        while (!asleep(parent)) {
            std::this_thread::yield();
        }
        fixture::checked(kill(parent, SIGSTOP), "kill");
        std::this_thread::sleep_for(milliseconds{5});
        fixture::checked(kill(parent, SIGCONT), "kill");
    }
}

void wait_in_poll(int fd) {
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    while (poll(&readable, 1, -1) == -1) {
        if (errno != EINTR) {
            fixture::checked(-1, "poll");
        }
    }
}

void wait_in_epoll(int fd) {
    const fixture::Fd epoll(fixture::checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    fixture::checked(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    while (epoll_wait(epoll.get(), &event, 1, -1) == -1) {
        if (errno != EINTR) {
            fixture::checked(-1, "epoll_wait");
        }
    }
}

/// One request, stopped and continued while `wait` waits for the reply.
void get_while_stopped(const sockaddr_in& server, milliseconds delay, const char* message,
                       int commands, void (*wait)(int fd)) {
    fixture::Exchange exchange(server, delay, message);
    fixture::write_all(commands, "s");
    wait(exchange.fd());
    fixture::print_received(exchange.finish());
}

void two_requests(const sockaddr_in& server, int commands) {
    get_while_stopped(server, milliseconds{1000}, "HelloWorld1", commands, wait_in_poll);
    get_while_stopped(server, milliseconds{2000}, "HelloWorld2", commands, wait_in_epoll);
}

void stopped_in_mid_wait(const sockaddr_in& server) {
    fixture::Pipe commands;
    const pid_t child = fixture::fork_child(
        [&commands, parent = getpid()] { stop_parent_on_command(commands, parent); });
    commands.read_end.reset();

    two_requests(server, commands.write_end.get());
    fixture::Exchange meanwhile(server, milliseconds{2900}, "meanwhile");
    two_requests(server, commands.write_end.get());
    fixture::print_received(meanwhile.finish());

    commands.write_end.reset();
    fixture::wait_for_child(child);
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, stopped_in_mid_wait);
}
