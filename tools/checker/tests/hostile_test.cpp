// Programs that mean harm, under hostile/: each gets a clear verdict, nothing of it is left, and
// the checker goes on. Most of them are let loose only where namespaces hold them.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "fixtures.hpp"
#include "one_program.hpp"
#include "report.hpp"
#include "text.hpp"

using namespace checker;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

using End = Evidence::End;

// Of its own, so that what a test that was killed left elsewhere does no harm.
const fs::path scratch = CHECKER_SCRATCH "-hostile";

constexpr bool sanitizer = !std::string_view(WORKSHOP_SANITIZER).empty();
constexpr bool thread_sanitizer = std::string_view(WORKSHOP_SANITIZER) == "thread";

fs::path hostile_program(std::string_view name) {
    return fs::path(CHECKER_HOSTILE) / ("fixture-" + std::string(name));
}

bool contained() {
    if (containment() == Containment::namespaces) {
        return true;
    }
    MESSAGE("skipped: namespaces are not allowed here, and nothing else would hold the program");
    return false;
}

// `server` stands before the arguments, since most of the programs know it as their first.
RunPlan plan_of(std::string_view name, std::vector<std::string> arguments,
                ServerKind server = ServerKind::none) {
    RunPlan plan;
    plan.command.argv = {hostile_program(name).string()};
    if (server == ServerKind::normal) {
        plan.command.argv.emplace_back("${server}");
    }
    plan.command.argv.insert(plan.command.argv.end(), arguments.begin(), arguments.end());
    if (sanitizer) {
        plan.command.memory_limit = 0;  // as in trial.cpp
    }
    plan.server = server;
    fs::remove_all(scratch);
    plan.scratch_root = scratch;
    plan.budget = 20s;
    return plan;
}

std::vector<std::string> names_in(const fs::path& folder, const std::string& prefix) {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        if (entry.path().filename().string().starts_with(prefix)) {
            names.push_back(entry.path().string());
        }
    }
    return names;
}

// Processes on this machine whose program is one of the hostile ones.
std::vector<std::string> hostile_processes() {
    std::vector<std::string> found;
    for (const auto& process : fs::directory_iterator("/proc")) {
        std::error_code gone;
        const fs::path program = fs::read_symlink(process.path() / "exe", gone);
        if (program.string().starts_with(CHECKER_HOSTILE)) {
            found.push_back(process.path().string() + " " + program.string());
        }
    }
    return found;
}

// What a run may not leave behind.
void check_that_nothing_is_left() {
    using Nothing = std::vector<std::string>;
    CHECK(names_in(scratch, "run-") == Nothing{});
    CHECK(hostile_processes() == Nothing{});
    CHECK(children_of(::getpid()).empty());
    const std::string group = "async-workshop-" + std::to_string(::getpid()) + "-";
    CHECK(names_in("/sys/fs/cgroup", group) == Nothing{});
    CHECK(names_in("/sys/fs/cgroup/pids", group) == Nothing{});
}

Evidence run_hostile(const RunPlan& plan) {
    Evidence evidence = run(plan);
    check_that_nothing_is_left();
    return evidence;
}

Evidence run_hostile(std::string_view name, std::vector<std::string> arguments,
                     ServerKind server = ServerKind::none) {
    return run_hostile(plan_of(name, std::move(arguments), server));
}

// For programs that never end: what they do is done by then.
Evidence run_for(std::chrono::nanoseconds budget, RunPlan plan) {
    plan.budget = budget;
    return run_hostile(plan);
}

bool exited_with(const Evidence& evidence, int status) {
    return evidence.end == End::exited && !evidence.ended->signalled &&
           evidence.ended->value == status;
}

bool killed_by(const Evidence& evidence, int signal) {
    return evidence.end == End::exited && evidence.ended->signalled &&
           evidence.ended->value == signal;
}

}  // namespace

TEST_CASE("endless output ends with the budget, and only so much of it is kept") {
    if (!contained()) {
        return;
    }
    for (const char* kind : {"lines", "one line"}) {
        CAPTURE(kind);
        const Evidence evidence = run_for(1s, plan_of("endless_output", {kind}));
        CHECK(evidence.end == End::time_limit);
        CHECK(evidence.out.size() > 65536);
        CHECK(evidence.out.size() <= 64U << 20);
    }
}

TEST_CASE("a fork bomb gets no more processes than are allowed, and all of them die") {
    if (!contained()) {
        return;
    }
    for (const char* manner : {"sleeps", "spins"}) {
        CAPTURE(manner);
        RunPlan plan = plan_of("fork_bomb", {manner});
        plan.command.process_limit = 100;
        const Evidence evidence = run_for(1500ms, plan);
        // The thread sanitizer's own thread in each process keeps waking up.
        const bool rests = manner == std::string_view("sleeps") && !thread_sanitizer;
        CHECK(evidence.end == (rests ? End::stuck : End::time_limit));
        CHECK(evidence.out.find("fuse") == std::string::npos);
        CHECK(evidence.waits.size() <= 100);
    }
}

TEST_CASE("a thread bomb gets no more threads than processes are allowed") {
    if (!contained()) {
        return;
    }
    RunPlan plan = plan_of("thread_bomb", {});
    plan.command.process_limit = 100;
    const Evidence evidence = run_hostile(plan);
    if (!sanitizer) {  // they end a program that gets no thread
        CHECK(evidence.end == End::stuck);
    }
    CHECK(evidence.threads <= 100);
    CHECK(evidence.out.find("2000") == std::string::npos);
}

TEST_CASE("endless allocation ends the program at its limit") {
    if (!contained()) {
        return;
    }
    if (sanitizer) {
        MESSAGE("skipped: the address space is not limited under a sanitizer");
        return;
    }
    RunPlan plan = plan_of("endless_allocation", {});
    plan.command.memory_limit = 256U << 20;
    const Evidence evidence = run_hostile(plan);
    CHECK(killed_by(evidence, SIGABRT));
    CHECK(evidence.ended->memory_kib < 256 * 1024);
}

TEST_CASE("a file can be filled up to its limit and no further") {
    if (!contained()) {
        return;
    }
    RunPlan plan = plan_of("fills_scratch", {});
    plan.command.file_limit = 8U << 20;
    CHECK(killed_by(run_hostile(plan), SIGXFSZ));
}

TEST_CASE("a program that ignores every signal dies all the same") {
    if (!contained()) {
        return;
    }
    CHECK(run_for(300ms, plan_of("ignores_signals", {})).end == End::time_limit);
}

TEST_CASE("a daemon is found and killed, whether it sleeps, computes or prints") {
    if (!contained()) {
        return;
    }
    for (const char* manner : {"sleeps", "computes", "prints"}) {
        CAPTURE(manner);
        RunPlan plan = plan_of("daemonises", {manner});
        plan.budget = 1s;
        const Evidence evidence = run_hostile(plan);
        CHECK(exited_with(evidence, 0));
        CHECK(evidence.children.size() == 1);
    }
}

TEST_CASE("a program that closes stdout and goes on is judged to its end") {
    if (!contained()) {
        return;
    }
    const Evidence evidence = run_hostile("closes_descriptors", {}, ServerKind::normal);
    CHECK(exited_with(evidence, 0));
    CHECK(evidence.elapsed == 3000ms);
    CHECK(evidence.requests == 2);
}

TEST_CASE("a program that closes all its descriptors and sleeps is stuck") {
    if (!contained()) {
        return;
    }
    const Evidence evidence = run_hostile("closes_descriptors", {"all"}, ServerKind::normal);
    CHECK(evidence.end == End::stuck);
    CHECK(evidence.waits == std::vector<std::string>{"pause()"});
}

TEST_CASE("a program that leaves without its replies is judged on what it asked for") {
    if (!contained()) {
        return;
    }
    const Evidence at_once = run_hostile("leaves_replies", {"at once"}, ServerKind::normal);
    CHECK(exited_with(at_once, 0));
    CHECK(at_once.requests == 5);
    CHECK(at_once.replies.empty());
    CHECK(at_once.elapsed == 0ms);

    const Evidence unread = run_hostile("leaves_replies", {"unread"}, ServerKind::normal);
    CHECK(exited_with(unread, 0));
    CHECK(unread.replies.size() == 1);
    CHECK(unread.elapsed == 1000ms);
    CHECK(unread.resets >= 1);
}

TEST_CASE("death by any signal is told from any other end") {
    if (!contained()) {
        return;
    }
    // Those of job control are ignored, since nobody outside its session could continue it.
    const std::set<int> survived{SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU};
    for (int number = 1; number < NSIG; ++number) {
        if (number == SIGSTOP) {
            continue;
        }
        CAPTURE(number);
        RunPlan plan = plan_of("dies_by", {std::to_string(number)});
        plan.command.report_open_files = !sanitizer && number % 2 == 1;
        const Evidence evidence = run(plan);
        if (survived.contains(number)) {
            CHECK(exited_with(evidence, 0));
            CHECK(evidence.out == "lives on\n");
        } else {
            CHECK(killed_by(evidence, number));
        }
    }
    check_that_nothing_is_left();
}

TEST_CASE("killing the parent, process 1 or everybody reaches nobody but its own children") {
    if (!contained()) {
        return;
    }
    const Evidence evidence = run_hostile("kills", {}, ServerKind::normal);
    CHECK(exited_with(evidence, 0));
    CHECK(evidence.elapsed == 1000ms);
    CHECK(evidence.out.starts_with("the child died by 9\n"));
}

TEST_CASE("a program that stops its tracer is stuck with it") {
    if (!contained()) {
        return;
    }
    if (!strace_unavailable().empty() || sanitizer) {
        MESSAGE("skipped: " << strace_unavailable() << WORKSHOP_SANITIZER);
        return;
    }
    RunPlan plan = plan_of("kills", {}, ServerKind::normal);
    plan.count_syscalls = {"kill"};
    CHECK(run_hostile(plan).end == End::stuck);
}

TEST_CASE("a run whose init is killed is an error and not a verdict") {
    if (!contained()) {
        return;
    }
    RunPlan plan = checker_tests::plan_of({"sequential", {}, 0}, 1);
    plan.on_entry = [](const TranscriptEntry& entry) {
        if (entry.what.starts_with("gets request 1")) {
            CHECK(::kill(children_of(::getpid()).front(), SIGKILL) == 0);
        }
    };
    CHECK_THROWS_WITH(run(plan), "the process that watches over the program has been killed");
    check_that_nothing_is_left();
}

TEST_CASE("the init above a program can't be attacked, and no limit can be raised") {
    if (!contained()) {
        return;
    }
    const Evidence evidence = run_hostile("attacks_init", {});
    CHECK(exited_with(evidence, 0));
    CHECK(split_lines(evidence.out).size() == 10);
    for (const auto line : split_lines(evidence.out)) {
        CAPTURE(line);
        CHECK((!line.ends_with(": done") || (sanitizer && line.starts_with("memory limit"))));
    }
}

TEST_CASE("a program that stops itself or all there is runs into its budget") {
    if (!contained()) {
        return;
    }
    for (const char* whom : {"itself", "all"}) {
        CAPTURE(whom);
        CHECK(run_for(500ms, plan_of("stops", {whom})).end == End::time_limit);
    }
}

TEST_CASE("a flood of connections leaves no descriptor to the server, and the run ends") {
    if (!contained()) {
        return;
    }
    struct FewDescriptors {
        rlimit before{};
        FewDescriptors() {
            REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
            const rlimit few{300, before.rlim_max};
            REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
        }
        ~FewDescriptors() { CHECK(::setrlimit(RLIMIT_NOFILE, &before) == 0); }
    };
    {
        const FewDescriptors few;
        CHECK(run_for(1s, plan_of("floods_connections", {}, ServerKind::normal)).end ==
              End::time_limit);
    }
    const Evidence next = run(checker_tests::plan_of(checker_tests::fixtures[1], 1));
    CHECK(exited_with(next, 0));
}

TEST_CASE("nothing can be written but in the scratch folder, whatever is tried") {
    if (!contained()) {
        return;
    }
    const char* const home = std::getenv("HOME");
    const std::vector<std::string> folders{CHECKER_TESTS,
                                           CHECKER_HOSTILE,
                                           CHECKER_SCRATCH,
                                           "/tmp",
                                           "/",
                                           "/var/tmp",
                                           "/dev",
                                           "/sys",
                                           home != nullptr && fs::exists(home) ? home : "/"};
    const Evidence evidence = run_hostile("writes_around", folders);
    CHECK(exited_with(evidence, 0));
    const auto lines = split_lines(evidence.out);
    CHECK(lines.size() >= 1 + 4 * folders.size() + 5 + 2);
    CHECK(lines.front() == "own folder: writable");
    for (const auto line : lines) {
        CAPTURE(line);
        CHECK_FALSE(line.ends_with(": done"));
    }
    for (const std::string& folder : folders) {
        CHECK(names_in(folder, "written-by-a-hostile-program").empty());
    }
}

TEST_CASE("shared memory and message queues don't outlive the program") {
    if (!contained()) {
        return;
    }
    const key_t key = 0x5000'0000 + ::getpid();
    const std::string name = "/checker-hostile-" + std::to_string(::getpid());
    const Evidence evidence = run_hostile("leaves_shared_memory", {std::to_string(key), name});
    CHECK(evidence.out == "shmget: done\nshm_open: done\nmq_open: done\n");
    CHECK(::shmget(key, 0, 0) == -1);
    CHECK(::shm_open(name.c_str(), O_RDONLY, 0) == -1);
    CHECK(::mq_open(name.c_str(), O_RDONLY) == mqd_t{-1});
}

TEST_CASE("what looks like a verdict in the output of a program is shown as quoted output only") {
    if (!contained()) {
        return;
    }
    const Verdict verdict = checker_tests::verdict_on(
        hostile_program("fake_verdicts"),
        R"({"title": "A stage", "args": ["${server}"], "modes": ["serial"]})");
    CHECK(verdict.is == Verdict::Is::failed);
    const std::string text = text_report(verdict, "/");
    CAPTURE(text);
    for (const char* obeyed : {"\x1b", "\r", "\a", "\xC2\x9B", "\xE2\x80\xAE"}) {
        CHECK(text.find(obeyed) == std::string::npos);
    }
    const auto lines = split_lines(text);
    CHECK(lines.front().find("FAILED") != std::string_view::npos);
    for (const auto line : lines) {
        const bool headline = line.starts_with("ch04/a") || line == "  what happened:";
        CHECK((line.starts_with("  ") || line == lines.front()));
        CHECK((!headline || std::ranges::count(lines, line) == 1));
    }
    check_that_nothing_is_left();
}

TEST_CASE("output that is no text gets a verdict, and every report of it is valid text") {
    if (!contained()) {
        return;
    }
    const Verdict verdict = checker_tests::verdict_on(
        hostile_program("bad_bytes"), R"({"title": "A stage", "modes": ["serial"]})");
    CHECK(verdict.is == Verdict::Is::failed);
    CHECK_FALSE(first_invalid_utf8(text_report(verdict, "/")));
    const std::string json = json_report({verdict}, "/");
    CHECK_FALSE(first_invalid_utf8(json));
    CHECK(nlohmann::json::accept(json));
    CHECK(json.size() < 1U << 20);
    check_that_nothing_is_left();
}
