// Virtual time, the modes and the evidence, on the programs under programs/.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "fixtures.hpp"

using namespace checker;
using checker_tests::Fixture;
using checker_tests::fixtures;
using checker_tests::plan_of;
using namespace std::chrono_literals;

namespace {

constexpr bool sanitizer = !std::string_view(WORKSHOP_SANITIZER).empty();
constexpr bool thread_sanitizer = std::string_view(WORKSHOP_SANITIZER) == "thread";

Evidence run_program(std::string_view name, Mode mode = Mode::serial) {
    RunPlan plan = plan_of(Fixture{name, {}, 0}, 7);
    plan.mode = mode;
    return run(plan);
}

bool ended_well(const Evidence& evidence) {
    return evidence.end == Evidence::End::exited && !evidence.ended->signalled &&
           evidence.ended->value == 0;
}

}  // namespace

TEST_CASE("every kind of right program reads its exact virtual time") {
    for (const Fixture& fixture : fixtures) {
        CAPTURE(fixture.name);
        const Evidence evidence = run(plan_of(fixture, 1));
        if (evidence.ended && evidence.ended->value == 77) {
            MESSAGE("skipped, as the program says: " << evidence.err);
            continue;
        }
        CHECK(ended_well(evidence));
        CHECK(evidence.elapsed == fixture.elapsed);
        CHECK(evidence.in_flight == fixture.in_flight);
        CHECK(evidence.resets == 0);
        CHECK(evidence.children.empty());
        // The address sanitizer warns of every swapcontext().
        CHECK((evidence.err.empty() || sanitizer));
        CHECK(evidence.out.ends_with("FINISHED\n"));
        CHECK(evidence.never_rested == fixture.spins);
    }
}

TEST_CASE("a right program gets through every mode") {
    for (const Mode mode : {Mode::burst, Mode::pieces, Mode::interrupt}) {
        for (const char* program :
             {"concurrent", "sequential", "in_order", "threads", "fibers", "executor_condvar"}) {
            CAPTURE(name(mode));
            CAPTURE(program);
            const Evidence evidence = run_program(program, mode);
            CHECK(ended_well(evidence));
            CHECK(evidence.resets == 0);
            CHECK(evidence.replies.size() == static_cast<std::size_t>(evidence.requests));
        }
    }
}

TEST_CASE("burst releases all parked replies at once") {
    const Evidence evidence = run_program("concurrent", Mode::burst);
    const auto moves = std::ranges::count(evidence.transcript, "clock", &TranscriptEntry::who);
    CHECK(moves == 1);
    CHECK(evidence.elapsed == std::chrono::milliseconds(5000));
}

TEST_CASE("pieces sends 1 MiB bodies in many pieces") {
    const Evidence evidence = run_program("concurrent", Mode::pieces);
    const auto size = [](const RepliedWith& reply) { return reply.message.size(); };
    CHECK(std::ranges::count_if(evidence.replies, [&](const auto& reply) {
              return size(reply) > (1U << 20) - 64;
          }) == 3);
    const auto pieces = std::ranges::count_if(evidence.transcript, [](const auto& entry) {
        return entry.what.find("next piece") != std::string::npos;
    });
    CHECK(pieces >= 5 * 5);
}

TEST_CASE("interrupt stops the program before each reply and lets it go on") {
    const Evidence evidence = run_program("concurrent", Mode::interrupt);
    const auto stops = std::ranges::count_if(evidence.transcript, [](const auto& entry) {
        return entry.what.starts_with("stops the program");
    });
    CHECK(stops == 5);
}

TEST_CASE("a wait that was interrupted is still known for what it is") {
    const Evidence evidence = run_program("fibers", Mode::interrupt);
    for (const TranscriptEntry& entry : evidence.transcript) {
        CAPTURE(entry.what);
        CHECK(entry.what.find("goes on after a stop") == std::string::npos);
    }
}

TEST_CASE("the same seed gives the same nonces and another seed gives others") {
    const auto nonces = [](std::uint64_t seed) {
        std::set<std::string> all;
        for (const auto& reply : run(plan_of(fixtures[1], seed)).replies) {
            all.insert(reply.nonce);
        }
        return all;
    };
    CHECK(nonces(1) == nonces(1));
    CHECK(nonces(1) != nonces(2));
}

TEST_CASE("what a program does while it waits is told apart") {
    const auto observed = [](std::string_view program) {
        RunPlan plan = plan_of(Fixture{program, {}, 0}, 7);
        plan.observe_waiting = true;
        return run(plan).while_waiting;
    };
    CHECK(observed("concurrent") == WhileWaiting::idle);
    CHECK(observed("threads") == WhileWaiting::idle);
    CHECK(observed("polling") == WhileWaiting::polls);
    CHECK(observed("polling_slow") == WhileWaiting::polls);
    CHECK(observed("wrong_spins") == WhileWaiting::spins);
}

TEST_CASE("a program that nothing can wake is stuck, with what its thread waits for") {
    const Evidence silent = run_program("wrong_waits_forever");
    CHECK(silent.end == Evidence::End::stuck);
    CHECK(silent.requests == 0);
    REQUIRE(silent.waits.size() == 1);
    CHECK(silent.waits[0].starts_with("epoll_wait(fd "));
    CHECK(silent.waits[0].ends_with("forever)"));
}

TEST_CASE("threads that wait for each other are stuck, with what each waits for") {
    if (thread_sanitizer) {
        MESSAGE("skipped: the thread sanitizer's own thread wakes up for ever");
        return;
    }
    const Evidence lost = run_program("wrong_lost_wakeup");
    CHECK(lost.end == Evidence::End::stuck);
    CHECK(lost.elapsed == std::chrono::milliseconds(2000));

    const Evidence deadlock = run_program("wrong_deadlock");
    CHECK(deadlock.end == Evidence::End::stuck);
    CHECK(deadlock.waits == std::vector<std::string>(3, "futex(forever)"));
}

TEST_CASE("a program that waits for one connection at a time leaves others unread meanwhile") {
    CHECK(run_program("concurrent", Mode::pieces).unread.empty());
    CHECK_FALSE(run_program("in_order", Mode::pieces).unread.empty());
    CHECK_FALSE(run_program("in_order", Mode::serial).unread.empty());
}

TEST_CASE("the slow server's bytes take their time, and the delays say so") {
    for (const char* program : {"concurrent", "sequential"}) {
        CAPTURE(program);
        RunPlan plan = plan_of(Fixture{program, {}, 0}, 7);
        plan.server = ServerKind::slow;
        const Evidence evidence = run(plan);
        CHECK(ended_well(evidence));
        const std::chrono::milliseconds body(10 *
                                             (std::string_view("HelloWorld1 [k7f2]").size() - 1));
        const bool at_once = program == std::string_view("concurrent");
        CHECK(evidence.elapsed == (at_once ? evidence.longest_delay : evidence.sum_of_delays));
        CHECK(evidence.elapsed == (at_once ? 5000ms + body : 15000ms + 5 * body));
    }
}

TEST_CASE("a port that refuses is there for whoever asks for it") {
    const Evidence evidence = run_program("concurrent");
    CHECK(evidence.values.at("refused") != evidence.values.at("server"));
    CHECK(evidence.values.at("refused").starts_with("127.0.0.1:"));
}

TEST_CASE("bytes left unread are named with their request") {
    const Evidence evidence = run_program("wrong_unread");
    CHECK(evidence.end == Evidence::End::stuck);
    REQUIRE(evidence.unread.size() == 1);
    CHECK(evidence.unread[0].request == 1);
    CHECK(evidence.unread[0].bytes > 0);
}

TEST_CASE("descriptors that are open at the end are listed") {
    RunPlan plan = plan_of(Fixture{"wrong_leaks_fd", {}, 0}, 7);
    plan.command.report_open_files = true;
    const Evidence leaks = run(plan);
    if (!sanitizer) {
        REQUIRE(leaks.open_files.has_value());
        CHECK(leaks.open_files->size() == 3);
        CHECK(leaks.open_files->front().second.starts_with("socket:["));
        RunPlan clean = plan_of(fixtures[1], 7);
        clean.command.report_open_files = true;
        CHECK(run(clean).open_files->empty());
    }
}

TEST_CASE("the peak of resident memory is that of the program") {
    const auto peak = [](std::string_view program) {
        return run_program(program).ended->memory_kib;
    };
    constexpr std::int64_t touched_kib = 64 * 1024;
    CHECK(peak("page_faults") >= touched_kib);
    if (!sanitizer) {
        CHECK(peak("sequential") < touched_kib);
    }
}

TEST_CASE("a child that outlives the program is found and killed") {
    const Evidence evidence = run_program("wrong_leaves_child");
    CHECK(ended_well(evidence));
    CHECK(evidence.children.size() == 1);
}

TEST_CASE("a crash and an exit status are told apart") {
    const Evidence crash = run_program("wrong_segfault");
    REQUIRE(crash.ended.has_value());
    CHECK(crash.ended->signalled);
    CHECK(crash.ended->value == SIGSEGV);
    const Evidence status = run_program("wrong_exit_3");
    REQUIRE(status.ended.has_value());
    CHECK_FALSE(status.ended->signalled);
    CHECK(status.ended->value == 3);
}

TEST_CASE("system calls are counted through strace, and time stays exact under it") {
    if (!strace_unavailable().empty() || sanitizer) {
        MESSAGE("skipped: " << strace_unavailable() << WORKSHOP_SANITIZER);
        return;
    }
    RunPlan plan = plan_of(fixtures[1], 7);
    plan.count_syscalls = {"epoll_wait", "fork"};
    const Evidence evidence = run(plan);
    REQUIRE(evidence.syscalls.has_value());
    CHECK(evidence.syscalls->at("epoll_wait") >= 5);
    CHECK(evidence.syscalls->at("epoll_wait") <= 12);
    CHECK(evidence.syscalls->at("fork") == 0);
    CHECK(evidence.elapsed == fixtures[1].elapsed);
}

TEST_CASE("a program to which strace came too late is begun anew; for ever it is an error") {
    if (!strace_unavailable().empty() || sanitizer) {
        MESSAGE("skipped: " << strace_unavailable() << WORKSHOP_SANITIZER);
        return;
    }
    const std::filesystem::path folder = CHECKER_SCRATCH "-late-strace";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "strace") << R"(#!/bin/sh
[ -e "${0%/*}/in-time" ] && PATH=${PATH#*:} exec strace "$@"
while [ "$1" != -o ]; do shift; done
: > "$2"
echo 'strace: attach: ptrace(PTRACE_SEIZE, 2): No such process' >&2
kill -ALRM $$
)";
    std::filesystem::permissions(folder / "strace", std::filesystem::perms::owner_all);
    RunPlan plan = plan_of(fixtures[1], 7);
    plan.command.environment["PATH"] = folder.string() + ":" + std::getenv("PATH");
    plan.count_syscalls = {"epoll_wait"};
    int starts = 0;
    plan.on_entry = [&starts](const TranscriptEntry& entry) {
        starts += entry.what == "starts the program" ? 1 : 0;
    };
    CHECK_THROWS_WITH_AS(run(plan), doctest::Contains("within 3 s, three times"),
                         std::runtime_error);
    CHECK(starts == 3);

    plan.on_entry = [&](const TranscriptEntry& entry) {
        if (entry.what == "is killed by SIGALRM") {
            std::ofstream(folder / "in-time");
        }
    };
    const Evidence evidence = run(plan);
    CHECK(ended_well(evidence));
    CHECK(evidence.syscalls->at("epoll_wait") >= 5);
    std::filesystem::remove_all(folder);
}

TEST_CASE("injected EINTR reaches the program") {
    if (!strace_unavailable().empty() || sanitizer) {
        MESSAGE("skipped: " << strace_unavailable() << WORKSHOP_SANITIZER);
        return;
    }
    RunPlan plan = plan_of(fixtures[1], 7);
    plan.mode = Mode::interrupt;
    plan.interrupt_syscalls = {"epoll_wait"};
    plan.count_syscalls = {"epoll_wait"};
    const Evidence evidence = run(plan);
    CHECK(ended_well(evidence));
    CHECK(evidence.syscalls->at("epoll_wait") >= 10);
}

TEST_CASE("the real-time budget is a verdict of its own") {
    RunPlan plan = plan_of(Fixture{"sequential", {}, 0}, 7);
    plan.clock = Clock::real;
    plan.budget = std::chrono::milliseconds(200);
    const Evidence evidence = run(plan);
    CHECK(evidence.end == Evidence::End::time_limit);
}

TEST_CASE("a program that does not exist is an error and not a verdict") {
    RunPlan plan = plan_of(Fixture{"no-such-program", {}, 0}, 7);
    CHECK_THROWS_AS(run(plan), std::system_error);
}

TEST_CASE("a run leaves no scratch folder behind") {
    const auto folders = [] {
        const std::filesystem::directory_iterator all(CHECKER_SCRATCH);
        return std::distance(begin(all), end(all));
    };
    std::filesystem::create_directories(CHECKER_SCRATCH);
    const auto before = folders();
    run_program("concurrent");
    CHECK(folders() == before);
}

TEST_CASE("a refused connection has a port at which nobody listens") {
    RunPlan plan = plan_of(Fixture{"sequential", {}, 0}, 7);
    plan.server = ServerKind::refuse;
    const Evidence evidence = run(plan);
    CHECK(evidence.end == Evidence::End::exited);
    CHECK(evidence.ended->value != 0);
    CHECK(evidence.err.find("refused") != std::string::npos);
}

TEST_CASE("a program can write to its scratch folder and nowhere else") {
    const std::filesystem::path forbidden =
        std::filesystem::path(CHECKER_SCRATCH).parent_path() / "written-by-a-program";
    RunPlan plan = plan_of(Fixture{"sequential", {}, 0}, 7);
    plan.server = ServerKind::none;
    plan.command.argv = {"sh", "-c",
                         "echo here > own && cat own; (echo x > \"$0\") 2>/dev/null || echo no",
                         forbidden.string()};
    const Evidence evidence = run(plan);
    CHECK(evidence.out == (containment() == Containment::namespaces ? "here\nno\n" : "here\n"));
    std::filesystem::remove(forbidden);
}

TEST_CASE("children that ignore everything die with the run") {
    RunPlan plan = plan_of(Fixture{"sequential", {}, 0}, 7);
    plan.server = ServerKind::none;
    plan.command.argv = {"sh", "-c", "(trap '' TERM HUP; exec sleep 1000) & echo $!"};
    const Evidence evidence = run(plan);
    CHECK(evidence.children.size() == 1);
    CHECK(children_of(::getpid()).empty());
}
