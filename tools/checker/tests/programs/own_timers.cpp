// Own timers: nothing but a timer of its own wakes the program, three times, 60 ms each. Its
// argument names the kind of timer; "alarm without end" and "io_uring without end" only look as if
// there were one. Right; of those two the verdict is the time limit.
#include <linux/io_uring.h>
#include <mqueue.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <ctime>
#include <map>
#include <mutex>
#include <thread>

#include "client.hpp"

namespace {

constexpr int wait_ms = 60;
constexpr timespec wait_time{0, wait_ms * 1'000'000L};

timespec in_a_while(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    time.tv_nsec += wait_time.tv_nsec;
    time.tv_sec += time.tv_nsec / 1'000'000'000;
    time.tv_nsec %= 1'000'000'000;
    return time;
}

void sleep_until() {
    const timespec end = in_a_while(CLOCK_REALTIME);
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &end, nullptr);
}

void wait_in_select() {
    timeval time{0, wait_ms * 1000};
    select(0, nullptr, nullptr, nullptr, &time);
}

void wait_in_epoll(bool with_timespec) {
    const fixture::Fd epoll(fixture::checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    epoll_event event{};
    if (with_timespec) {
        epoll_pwait2(epoll.get(), &event, 1, &wait_time, nullptr);
    } else {
        epoll_wait(epoll.get(), &event, 1, wait_ms);
    }
}

void wait_in_condition() {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable never;
    never.wait_for(lock, std::chrono::milliseconds(wait_ms));
}

void wait_in_semaphore() {
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    const timespec end = in_a_while(CLOCK_REALTIME);
    sem_timedwait(&semaphore, &end);
    sem_destroy(&semaphore);
}

void wait_in_semaphore_set() {
    const int set = fixture::checked_int(semget(IPC_PRIVATE, 1, 0600), "semget");
    sembuf down{0, -1, 0};
    semtimedop(set, &down, 1, &wait_time);
    semctl(set, 0, IPC_RMID);
}

void wait_in_message_queue() {
    mq_attr small{};
    small.mq_maxmsg = 1;
    small.mq_msgsize = 16;
    const mqd_t queue = fixture::checked_int(
        mq_open("/own-timers", O_CREAT | O_RDWR | O_CLOEXEC, 0600, &small), "mq_open");
    std::array<char, 16> message;
    const timespec end = in_a_while(CLOCK_REALTIME);
    mq_timedreceive(queue, message.data(), message.size(), nullptr, &end);
    mq_close(queue);
    mq_unlink("/own-timers");
}

void wait_in_socket(bool vectored) {
    std::array<int, 2> ends{};
    fixture::checked(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    const fixture::Fd reader(ends[0]);
    const fixture::Fd writer(ends[1]);
    const timeval time{0, wait_ms * 1000};
    fixture::checked(setsockopt(reader.get(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time),
                     "setsockopt");
    char byte = 0;
    iovec vector{&byte, 1};
    static_cast<void>(vectored ? readv(reader.get(), &vector, 1) : recv(reader.get(), &byte, 1, 0));
}

void wait_for_timerfd() {
    const fixture::Fd timer(
        fixture::checked_int(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd_create"));
    const itimerspec once{{}, wait_time};
    fixture::checked(timerfd_settime(timer.get(), 0, &once, nullptr), "timerfd_settime");
    const fixture::Fd epoll(fixture::checked_int(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    epoll_event event{.events = EPOLLIN, .data = {.fd = timer.get()}};
    fixture::checked(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, timer.get(), &event), "epoll_ctl");
    fixture::checked(epoll_wait(epoll.get(), &event, 1, -1), "epoll_wait");
}

sigset_t block(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    return set;
}

void wait_in_sigtimedwait() {
    const sigset_t set = block(SIGUSR1);
    sigtimedwait(&set, nullptr, &wait_time);
}

void wait_for_posix_timer() {
    const sigset_t set = block(SIGUSR1);
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGUSR1;
    timer_t timer{};
    fixture::checked(timer_create(CLOCK_MONOTONIC, &event, &timer), "timer_create");
    const itimerspec once{{}, wait_time};
    fixture::checked(timer_settime(timer, 0, &once, nullptr), "timer_settime");
    sigwaitinfo(&set, nullptr);
    timer_delete(timer);
}

void start_alarm() {
    const itimerval once{{}, {0, wait_ms * 1000}};
    fixture::checked(setitimer(ITIMER_REAL, &once, nullptr), "setitimer");
}

void wait_for_caught_alarm() {
    static volatile std::sig_atomic_t rung = 0;
    rung = 0;
    std::signal(SIGALRM, [](int) { rung = 1; });
    // Blocked but while it waits, lest it ring before.
    sigset_t all_but_alarm;
    sigfillset(&all_but_alarm);
    sigdelset(&all_but_alarm, SIGALRM);
    const sigset_t set = block(SIGALRM);
    start_alarm();
    while (rung == 0) {
        sigsuspend(&all_but_alarm);
    }
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

void wait_for_blocked_alarm() {
    const sigset_t set = block(SIGALRM);
    start_alarm();
    sigwaitinfo(&set, nullptr);
}

void pause_for_ever() {
    for (;;) {
        pause();
    }
}

const std::map<std::string_view, void (*)()> kinds{
    {"sleep", [] { std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms)); }},
    {"sleep until", sleep_until},
    {"poll", [] { poll(nullptr, 0, wait_ms); }},
    {"ppoll", [] { ppoll(nullptr, 0, &wait_time, nullptr); }},
    {"select", wait_in_select},
    {"pselect", [] { pselect(0, nullptr, nullptr, nullptr, &wait_time, nullptr); }},
    {"epoll", [] { wait_in_epoll(false); }},
    {"epoll with timespec", [] { wait_in_epoll(true); }},
    {"condition", wait_in_condition},
    {"semaphore", wait_in_semaphore},
    {"semaphore set", wait_in_semaphore_set},
    {"message queue", wait_in_message_queue},
    {"socket", [] { wait_in_socket(false); }},
    {"socket, vectored", [] { wait_in_socket(true); }},
    {"timerfd", wait_for_timerfd},
    {"sigtimedwait", wait_in_sigtimedwait},
    {"posix timer", wait_for_posix_timer},
    {"caught alarm", wait_for_caught_alarm},
    {"blocked alarm", wait_for_blocked_alarm},
    {"alarm without end",
     [] {
         std::signal(SIGALRM, [](int) {});
         pause_for_ever();
     }},
    {"io_uring without end",
     [] {
         io_uring_params parameters{};
         if (syscall(SYS_io_uring_setup, 4, &parameters) == -1) {
             std::_Exit(77);
         }
         pause_for_ever();
     }},
};

}  // namespace

int main(int argc, char** argv) {
    const auto kind = kinds.find(argc == 2 ? argv[1] : "");
    if (kind == kinds.end()) {
        return 2;
    }
    for (int i = 0; i < 3; ++i) {
        kind->second();
    }
    fixture::print_line("FINISHED");
}
