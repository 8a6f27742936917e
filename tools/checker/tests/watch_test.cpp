// The verbs that judge real programs and remember it: check and watch, as processes, on a small
// CMake project.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "fd.hpp"
#include "repository.hpp"
#include "stop.hpp"

using namespace checker;
using checker_tests::Repository;
namespace fs = std::filesystem;

namespace {

const std::string right_answer = "int answer() { return 42; }\n";

// `watch` as a process; ends with this object.
class Watch {
public:
    Watch(const Repository& repository, const std::vector<std::string>& question) {
        std::array<int, 2> ends{};
        checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
        output_ = Fd(ends[0]);
        const Fd write_end(ends[1]);
        const auto command = repository.command(question);
        std::vector<char*> argv;
        for (const std::string& word : command) {
            argv.push_back(const_cast<char*>(word.c_str()));
        }
        argv.push_back(nullptr);
        process_ = checked(::fork(), "fork");
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(write_end.get(), STDOUT_FILENO);
            ::dup2(write_end.get(), STDERR_FILENO);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
    }
    ~Watch() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
        }
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Reads up to the line that holds `part`; that line and those before it. Fails the test if it
    /// never comes.
    std::string until(const std::string& part) {
        for (;;) {
            const auto found = unread_.find(part);
            const auto end = found == std::string::npos ? found : unread_.find('\n', found);
            if (end != std::string::npos) {
                const std::string text = unread_.substr(0, end + 1);
                unread_.erase(0, end + 1);
                return text;
            }
            if (!read_more()) {
                FAIL("no \"" << part << "\" in:\n" << unread_);
            }
        }
    }

    /// The exit status after a Ctrl-C.
    int interrupt() {
        ::kill(process_, SIGINT);
        while (read_more()) {
        }
        return ended();
    }
    /// The exit status of one that ends by itself.
    int ended() {
        int status = 0;
        ::waitpid(std::exchange(process_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    // A machine under load may take its time; nothing is judged by it.
    bool read_more() {
        std::array<char, 4096> buffer;
        if (!wait_readable(output_.get(), std::chrono::minutes(2))) {
            return false;
        }
        const auto size = ::read(output_.get(), buffer.data(), buffer.size());
        unread_.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        return size > 0;
    }

    pid_t process_ = -1;
    Fd output_;
    std::string unread_;
};

}  // namespace

TEST_CASE("check remembers what passes in all modes, and nothing else") {
    const Repository repository;
    repository.configure();
    const auto passed = [&](const std::string& id) {
        const fs::path file = repository.root() / "work/progress.json";
        return fs::exists(file) &&
               nlohmann::json::parse(read_file(file))["entries"][id].contains("passed");
    };
    CHECK(repository.ask({"check", "ch04/01/solution"}).status == 0);
    CHECK(repository.ask({"check", "ch04/a", "--mode", "serial"}).status == 0);
    CHECK_FALSE(passed("ch04/a"));
    CHECK_FALSE(passed("ch04/01"));
    const auto answer = repository.ask(
        {"check", "ch04/a", "--json", "--junit", (repository.root() / "report.xml").string()});
    CHECK(nlohmann::json::parse(answer.output)["verdicts"][0]["outcome"] == "passed");
    CHECK(
        repository.read("report.xml").find("<testcase classname=\"ch04\" name=\"ch04/a\" time=") !=
        std::string::npos);
    CHECK(passed("ch04/a"));
    repository.ask({"start", "ch04/01"});
    CHECK(repository.ask({"check", "ch04/01"}).status == 1);
    CHECK_FALSE(passed("ch04/01"));
    repository.write("work/ch04/01-task/task.cpp", right_answer);
    CHECK(repository.ask({"check", "ch04/01"}).status == 0);
    CHECK(passed("ch04/01"));
    const auto list = repository.ask({"list"}).output;
    CHECK(list.find("✓ ch04/01  exercise: A task  (passed: work/ch04/01-task)\n") !=
          std::string::npos);
    CHECK(list.find("next: tools/workshop start ch04/02 ") != std::string::npos);
}

TEST_CASE("watch judges each save, survives what editors do, and goes on to the next exercise") {
    const Repository repository;
    repository.configure();
    const std::string copy = "work/ch04/01-task/";
    const fs::path file = repository.root() / (copy + "task.cpp");
    Watch watch(repository, {"watch", "ch04/01"});
    CHECK(watch.until("FAILED").find("your copy: work/ch04/01-task") != std::string::npos);
    watch.until("watching work/ch04/01-task");

    repository.write(copy + "task.cpp", "int answer() {\n");
    watch.until("FAILED: does not compile");
    watch.until("watching");
    fs::remove(file);
    watch.until("task.cpp is missing");
    watch.until("watching");
    // Many editors write a new file and rename it into place.
    repository.write("fresh", "int answer() { return 5; }\n");
    fs::rename(repository.root() / "fresh", file);
    CHECK(watch.until("FAILED: ").find("output") != std::string::npos);
    watch.until("watching");
    // The whole folder goes and comes back.
    fs::rename(repository.root() / copy, repository.root() / "away");
    watch.until("work/ch04/01-task is gone");
    watch.until("watching");
    fs::rename(repository.root() / "away", repository.root() / copy);
    watch.until("FAILED: output");
    watch.until("watching");

    repository.write(copy + "task.cpp", right_answer);
    watch.until("work/ch04/01  A task");
    watch.until("next: ch04/02");
    watch.until("FAILED: output");
    watch.until("watching work/ch04/02-task");
    CHECK(watch.interrupt() == 0);
    auto record = nlohmann::json::parse(repository.read("work/progress.json"));
    CHECK(record["last"] == "ch04/02");
    CHECK(record["entries"]["ch04/01"].contains("passed"));
}

TEST_CASE("watch alone begins with the next step and ends when no exercise is left") {
    const Repository repository;
    repository.configure();
    repository.write("work/ch04/02-task/task.cpp", right_answer);
    Watch watch(repository, {"watch"});
    CHECK(watch.until("ok").starts_with("next: ch04/a\n"));
    watch.until("watching work/ch04/01-task");
    repository.write("work/ch04/01-task/task.cpp", right_answer);
    watch.until("next: ch04/02");
    watch.until("work/ch04/02  A task");
    watch.until("next: nothing: every exercise that can be checked here has passed");
    CHECK(watch.ended() == 0);
}

TEST_CASE("watch stays with what had passed before, and with a stage") {
    const Repository repository;
    repository.configure();
    repository.write("work/ch04/01-task/task.cpp", right_answer);
    CHECK(repository.ask({"check", "ch04/01"}).status == 0);
    Watch exercise(repository, {"watch", "ch04/01"});
    exercise.until("ok");
    exercise.until("watching work/ch04/01-task");
    Watch stage(repository, {"watch", "ch04/a"});
    stage.until("ok");
    stage.until("watching ch04-queue/a-stage");
    repository.write("ch04-queue/a-stage/check.json", "{");
    stage.until("check.json:1");
    stage.until("watching");
    CHECK(stage.interrupt() == 0);
    CHECK(exercise.interrupt() == 0);
}
