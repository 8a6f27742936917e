// The traps and limits of virtual time, one by one: what looks like waiting and isn't, and what the
// kernel tells only on request. The rest of virtual time is in run_test.cpp.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "fd.hpp"
#include "fixtures.hpp"
#include "one_program.hpp"
#include "quiescence.hpp"
#include "text.hpp"

using namespace checker;
using checker_tests::Fixture;
using checker_tests::plan_of;
using namespace std::chrono_literals;

namespace {

using End = Evidence::End;

constexpr bool sanitizer = !std::string_view(WORKSHOP_SANITIZER).empty();
constexpr bool thread_sanitizer = std::string_view(WORKSHOP_SANITIZER) == "thread";

RunPlan plan_with(std::string_view program, ServerKind server = ServerKind::normal) {
    RunPlan plan = plan_of(Fixture{program, {}, 0}, 7);
    plan.server = server;
    return plan;
}

// A run of own_timers without a server; `budget` is for those that never end.
Evidence run_own_timers(const std::string& kind, std::chrono::nanoseconds budget = 20s) {
    RunPlan plan = plan_with("own_timers", ServerKind::none);
    plan.command.argv[1] = kind;
    plan.budget = budget;
    return run(plan);
}

bool exited_with(const Evidence& evidence, int status) {
    return evidence.end == End::exited && !evidence.ended->signalled &&
           evidence.ended->value == status;
}

sockaddr_in name_of(const Fd& socket, int (*which)(int, sockaddr*, socklen_t*)) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    checked(which(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return address;
}

// A listening socket on 127.0.0.1 that accepts only when told to, and non-blocking clients of it.
struct Listener {
    explicit Listener(int backlog)
        : socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")) {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        checked(::bind(socket.get(), reinterpret_cast<sockaddr*>(&any), sizeof any), "bind");
        checked(::listen(socket.get(), backlog), "listen");
        address = name_of(socket, ::getsockname);
    }
    Fd connect() const {
        Fd client(
            checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
        const auto* generic = reinterpret_cast<const sockaddr*>(&address);
        if (::connect(client.get(), generic, sizeof address) != 0 && errno != EINPROGRESS) {
            throw_errno("connect");
        }
        return client;
    }
    Fd accept() const { return Fd(checked(::accept(socket.get(), nullptr, nullptr), "accept")); }

    Fd socket;
    sockaddr_in address;
};

// A child that does something for ever and dies with its owner.
class Helper {
public:
    explicit Helper(void (*work)()) : process_(::fork()) {
        if (process_ == 0) {
            for (;;) {
                work();
            }
        }
    }
    ~Helper() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;
    pid_t process() const { return process_; }

private:
    pid_t process_;
};

}  // namespace

TEST_CASE("a client whose attempt was dropped at a full backlog is known to be connecting") {
    SockDiag diag;
    const Listener listener(0);
    const std::uint16_t port = ntohs(listener.address.sin_port);
    const Fd accepted_soon = listener.connect();
    CHECK_FALSE(diag.anyone_connecting_to(port));
    CHECK(diag.attempts_dropped_at(port) == 0);
    const Fd dropped = listener.connect();
    CHECK(diag.anyone_connecting_to(port));
    CHECK(diag.attempts_dropped_at(port) == 1);
    CHECK_FALSE(diag.anyone_connecting_to(static_cast<std::uint16_t>(port + 1)));
}

TEST_CASE("time waits for a client that found the backlog full, and nobody calls it stuck") {
    const std::filesystem::path path = CHECKER_SCRATCH "-go";
    std::filesystem::remove(path);
    checked(::mkfifo(path.c_str(), 0600), "mkfifo");
    const Fd go(checked(::open(path.c_str(), O_RDWR | O_CLOEXEC), "open(fifo)"));
    RunPlan plan = plan_with("backlog");
    plan.command.stdin_file = path;
    plan.backlog = 1;
    bool dropped = false;
    plan.on_entry = [&](const TranscriptEntry& entry) {
        // The checker accepts nothing while it is here.
        constexpr std::string_view announcement = "connecting to ";
        if (entry.who == "stdout" && entry.what.starts_with(announcement)) {
            SockDiag diag;
            const auto port =
                static_cast<std::uint16_t>(std::stoi(entry.what.substr(announcement.size())));
            checked(::write(go.get(), "g", 1), "write(go)");
            while (diag.attempts_dropped_at(port) < 2) {
            }
            dropped = true;
        }
    };
    const Evidence evidence = run(plan);
    CHECK(dropped);
    CHECK(exited_with(evidence, 0));
    CHECK(evidence.in_flight == 4);
    CHECK(evidence.elapsed == 4000ms);
    std::filesystem::remove(path);
}

TEST_CASE("a socket in TIME_WAIT is found without counters, and nothing is in flight for it") {
    SockDiag diag;
    const Listener listener(1);
    Fd client = listener.connect();
    Fd server = listener.accept();
    const Endpoints ends{name_of(client, ::getsockname), listener.address};
    const auto look_up = [&] { return diag.look_up(std::span(&ends, 1)).front(); };
    CHECK(look_up().state == TcpState::established);
    CHECK(look_up().has_info);
    client.reset();
    pollfd at_end{server.get(), POLLIN, 0};
    CHECK(::poll(&at_end, 1, -1) == 1);
    server.reset();
    const SocketLook look = look_up();
    CHECK(look.found);
    CHECK(look.state == TcpState::time_wait);
    CHECK_FALSE(look.has_info);
    const auto network = look_at_network(diag, {{.id = 5, .client = ends, .server_open = false}});
    CHECK_FALSE(network.in_flight);
    CHECK(network.gone == std::vector<std::uint64_t>{5});
}

TEST_CASE("no program is stuck that a timer of its own will wake, whatever kind of timer it is") {
    for (const std::string kind :
         {"sleep", "sleep until", "poll", "ppoll", "select", "pselect", "epoll",
          "epoll with timespec", "condition", "semaphore", "semaphore set", "message queue",
          "socket", "socket, vectored", "timerfd", "sigtimedwait", "posix timer", "caught alarm",
          "blocked alarm"}) {
        CAPTURE(kind);
        const Evidence evidence = run_own_timers(kind);
        CHECK(exited_with(evidence, 0));
        CHECK(joined(evidence.waits, "; ") == "");
    }
}

TEST_CASE("where a timer can't be seen but may be there, the budget decides, and says why") {
    const Evidence alarm = run_own_timers("alarm without end", 2s);
    CHECK(alarm.end == End::time_limit);
    CHECK(alarm.perhaps.find("SIGALRM") != std::string::npos);
    const Evidence ring = run_own_timers("io_uring without end", 2s);
    if (ring.ended && ring.ended->value == 77) {
        MESSAGE("skipped: the kernel refuses io_uring");
        return;
    }
    CHECK(ring.end == End::time_limit);
    CHECK(ring.perhaps.find("io_uring") != std::string::npos);
}

TEST_CASE("the program's status is told though orphans end with others around it") {
    CHECK(exited_with(run(plan_with("orphans", ServerKind::none)), 3));
}

TEST_CASE("a program that is stopped from outside is not judged meanwhile") {
    RunPlan plan = plan_with("sequential");
    plan.budget = 500ms;
    plan.on_entry = [](const TranscriptEntry& entry) {
        if (entry.what.starts_with("gets request 1")) {
            for (const pid_t init : children_of(::getpid())) {
                for (const pid_t program : children_of(init)) {
                    ::kill(program, SIGSTOP);
                }
            }
        }
    };
    const Evidence evidence = run(plan);
    CHECK(evidence.end == End::time_limit);
    CHECK(evidence.elapsed == 0ms);
    CHECK(evidence.replies.empty());
}

TEST_CASE("a declared helper that is at work keeps the program from being called stuck") {
    const auto end_with = [](void (*work)()) {
        const Helper helper(work);
        RunPlan plan = plan_with("wrong_waits_forever");
        plan.helpers = {helper.process()};
        plan.budget = 500ms;
        return run(plan).end;
    };
    CHECK(end_with([] {
              for (volatile bool busy = true; busy;) {
              }
          }) == End::time_limit);
    if (!thread_sanitizer) {  // its own thread, copied or not, is nobody's helper
        CHECK(end_with([] { ::pause(); }) == End::stuck);
    }
}

TEST_CASE("a program that burns CPU is waited for once, and hardly after that") {
    const auto cpu_of_spinning = [](bool expected) {
        RunPlan plan = plan_with("spinning");
        plan.expect_spins = expected;
        const Evidence evidence = run(plan);
        CHECK(exited_with(evidence, 0));
        CHECK(evidence.elapsed == 3000ms);
        CHECK(evidence.never_rested);
        return evidence.cpu;
    };
    const auto unexpected = cpu_of_spinning(false);
    CHECK(unexpected >= 1s);
    CHECK(unexpected < 2s);  // there are twelve replies
    CHECK(cpu_of_spinning(true) < 1s);
}

TEST_CASE("polling more slowly than the window reads as idle") {
    RunPlan plan = plan_with("polling_rarely");
    plan.observe_waiting = true;
    const Evidence evidence = run(plan);
    if (!thread_sanitizer) {
        CHECK(evidence.while_waiting == WhileWaiting::idle);
    }
    CHECK(evidence.elapsed == 1000ms);
}

TEST_CASE("a program whose own timer decides is right with the real clock only") {
    RunPlan plan = plan_with("own_timer_decides");
    plan.clock = Clock::real;
    const Evidence real = run(plan);
    CHECK(exited_with(real, 0));
    CHECK(real.out.starts_with("TIMED OUT\n"));
    CHECK(real.own_timer.empty());
    plan.clock = Clock::virtual_time;
    const Evidence in_virtual_time = run(plan);
    CHECK(in_virtual_time.elapsed == 400ms);
    CHECK(in_virtual_time.own_timer == "poll(1 descriptor, 100 ms)");
}

TEST_CASE("a failure says that a timer of the program's own may need the real clock") {
    const auto notes_of = [](const char* program) {
        return checker_tests::verdict_on(
                   checker_tests::program_of(program),
                   R"({"title": "x", "args": ["${server}"], "modes": ["serial"]})")
            .notes;
    };
    REQUIRE(notes_of("own_timer_decides").size() == 1);
    CHECK(notes_of("own_timer_decides").front().find("\"clock\": \"real\"") != std::string::npos);
    CHECK(notes_of("concurrent").empty());
    CHECK(notes_of("polling").empty());
}

TEST_CASE("a run under strace reads its exact virtual time, whatever the program waits in") {
    if (!strace_unavailable().empty() || sanitizer) {
        MESSAGE("skipped: " << strace_unavailable() << WORKSHOP_SANITIZER);
        return;
    }
    for (const Fixture& fixture : checker_tests::fixtures) {
        if (fixture.name != "threads" && fixture.name != "forked" && fixture.name != "polling") {
            continue;
        }
        CAPTURE(fixture.name);
        RunPlan plan = plan_of(fixture, 3);
        plan.count_syscalls = {"connect"};
        const Evidence evidence = run(plan);
        CHECK(exited_with(evidence, 0));
        CHECK(evidence.elapsed == fixture.elapsed);
        CHECK(evidence.syscalls->at("connect") == evidence.requests);
    }
}

TEST_CASE("what could wake a loop is told with its state and who watches it") {
    const Fd event(::eventfd(17, EFD_CLOEXEC));
    const Fd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    const Fd queue(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event interest{};
    REQUIRE(::epoll_ctl(queue.get(), EPOLL_CTL_ADD, event.get(), &interest) == 0);
    const auto told = [&](const std::string& words) {
        const auto all = bells_in_words(::getpid());
        CAPTURE(joined(all, " | "));
        CHECK(std::ranges::count(all, words) == 1);
    };
    const std::string number = "fd " + std::to_string(timer.get());
    told("fd " + std::to_string(event.get()) + " is an eventfd that holds 17; epoll fd " +
         std::to_string(queue.get()) + " watches it");
    told(number + " is a timerfd that is not running, without an interval; no epoll watches it");
    itimerspec in_an_hour{};
    in_an_hour.it_value.tv_sec = 3600;
    in_an_hour.it_interval.tv_nsec = 20'000'000;
    REQUIRE(::timerfd_settime(timer.get(), 0, &in_an_hour, nullptr) == 0);
    told(number + " is a timerfd that is running, with an interval of 20 ms; no epoll watches it");
    itimerspec long_ago{};
    long_ago.it_value.tv_nsec = 1;
    REQUIRE(::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME, &long_ago, nullptr) == 0);
    told(number +
         " is a timerfd that has gone off and was not read, without an interval; no epoll watches "
         "it");
}
