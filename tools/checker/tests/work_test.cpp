// The verbs reset, diff and hint, on a repository made for the test.
#include <doctest/doctest.h>

#include "lesson.hpp"
#include "repository.hpp"

using namespace checker;
using checker_tests::Repository;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("reset puts the starter back and keeps every old copy") {
    const Repository repository;
    const std::string copy = "work/ch04/01-task/task.cpp";
    repository.ask({"start", "ch04/01"});
    for (const std::string n : {"1", "2"}) {
        repository.write(copy, "mine " + n + "\n");
        repository.write("work/ch04/01-task/rt/more.hpp", n);
        const auto answer = repository.ask({"reset", "work/ch04/01"});
        CHECK(answer.status == 0);
        const std::string kept = "work/.trash/ch04/01-task-" + n;
        CHECK(has(answer.output, "kept: " + kept + "\n"));
        CHECK(repository.read(kept + "/task.cpp") == "mine " + n + "\n");
        CHECK(repository.read(kept + "/rt/more.hpp") == n);
        CHECK(repository.read(copy) == "int answer();\n");
    }
}

TEST_CASE("an own copy of a stage begins with the one before, or with the stage itself") {
    const Repository repository;
    repository.write("ch04-queue/a-stage/main.cpp", "first\n");
    repository.write("ch04-queue/b-stage/check.json", R"({"title": "B", "from": ["ch04/a"]})");
    repository.write("ch04-queue/b-stage/expected.txt", "OTHER\n");
    repository.write("ch04-queue/b-stage/main.cpp", "second\n");
    const std::string copy = "work/ch04/b-stage/main.cpp";
    repository.ask({"start", "ch04/b"});
    CHECK(repository.read(copy) == "first\n");
    repository.ask({"reset", "ch04/b", "--itself"});
    CHECK(repository.read(copy) == "second\n");
    repository.ask({"reset", "ch04/b"});
    CHECK(repository.read(copy) == "first\n");
}

TEST_CASE("reset takes back that an exercise has passed, and nothing else") {
    const Repository repository;
    repository.ask({"start", "ch04/01"});
    repository.write("work/progress.json", R"({"entries": {"ch04/01": {"passed": "2026-03-01"},
        "ch04/a": {"passed": "2026-03-01"}}})");
    CHECK(has(repository.ask({"list"}).output, "✓ ch04/01"));
    repository.ask({"reset", "ch04/01"});
    const auto answer = repository.ask({"list"});
    CHECK(has(answer.output, "✓ ch04/a"));
    CHECK(has(answer.output, "… ch04/01  exercise: A task  (begun: work/ch04/01-task)\n"));
    CHECK(has(answer.output, "next: tools/workshop check ch04/01 "));
}

TEST_CASE("diff shows a stage against the one before, without what judges it") {
    const Repository repository;
    repository.write("ch04-queue/a-stage/main.cpp", "same\nfirst\n");
    repository.write("ch04-queue/a-stage/poll.hpp", "carried\n");
    repository.write("ch04-queue/b-stage/check.json", R"({"title": "B", "from": ["ch04/a"],
        "carries": {"rt/poll.hpp": "ch04/a/poll.hpp"}})");
    repository.write("ch04-queue/b-stage/expected.txt", "OTHER\n");
    repository.write("ch04-queue/b-stage/mutants/x.patch", "x\n");
    repository.write("ch04-queue/b-stage/main.cpp", "same\nsecond\n");
    repository.write("ch04-queue/b-stage/rt/poll.hpp", "carried\n");
    repository.write("ch04-queue/b-stage/rt/new.hpp", "new\n");
    const auto answer = repository.ask({"diff", "ch04/b"});
    CHECK(answer.status == 0);
    CHECK(answer.output ==
          "--- ch04-queue/a-stage/main.cpp\n+++ ch04-queue/b-stage/main.cpp\n@@ -1,2 +1,2 @@\n"
          " same\n-first\n+second\n"
          "--- /dev/null\n+++ ch04-queue/b-stage/rt/new.hpp\n@@ -0,0 +1 @@\n+new\n");
    CHECK(has(repository.ask({"diff", "ch04/a"}).output, "ch04/a is the first of its line"));
}

TEST_CASE("what an editor keeps beside a file is nobody's work") {
    const Repository repository;
    repository.add_exercise("01-task");
    repository.ask({"start", "ch04/01"});
    repository.write("work/ch04/01-task/task.cpp", "int answer() { return 42; }\n");
    for (const std::string name : {".task.cpp.swp", "task.cpp~", "4913", ".git/x"}) {
        repository.write("work/ch04/01-task/" + name, "x\n");
    }
    CHECK(repository.ask({"diff", "ch04/01"}).output == "ch04/01: no difference\n");
}

TEST_CASE("diff shows the reader's copy against the solution, or else the starter") {
    const Repository repository;
    repository.add_exercise("01-task");
    const std::string solution = "+++ ch04-queue/exercises/01-task/solution/task.cpp\n";
    const std::string starter = "--- ch04-queue/exercises/01-task/starter/task.cpp\n";
    CHECK(repository.ask({"diff", "ch04/01"}).output.starts_with(starter + solution));
    repository.ask({"start", "ch04/01"});
    repository.write("work/ch04/01-task/task.cpp", "int answer() { return 41; }\n");
    const auto own = repository.ask({"diff", "ch04/01"});
    CHECK(own.status == 0);
    CHECK(own.output.starts_with("--- work/ch04/01-task/task.cpp\n" + solution));
    CHECK(has(own.output, "-int answer() { return 41; }\n"));
    CHECK(repository.ask({"diff", "ch04/01/starter"}).output.starts_with(starter + solution));
    repository.write("work/ch04/01-task/task.cpp", "int answer() { return 42; }\n");
    CHECK(repository.ask({"diff", "ch04/01"}).output == "ch04/01: no difference\n");
}

TEST_CASE("hint gives one hint after the other, remembers, and begins again if asked") {
    const Repository repository;
    repository.add_exercise("01-task");
    const auto ask = [&] { return repository.ask({"hint", "ch04/01"}).output; };
    CHECK(ask() == "Hint 1: think   (1 of 2)\n\nHard.\n");
    CHECK(ask() == "Hint 2: look   (2 of 2)\n\nAt it.\n");
    CHECK(has(ask(), "these were all 2 hints of ch04/01"));
    CHECK(has(ask(), "tools/workshop diff ch04/01"));
    CHECK(repository.ask({"hint", "--again", "ch04/01"}).output.starts_with("Hint 1"));
    CHECK(ask().starts_with("Hint 2"));
}

TEST_CASE("what is folded away is found outside code blocks, even if it is never closed") {
    const auto parts = folded_parts(
        "```\n<details><summary>No</summary></details>\n```\n"
        "<details open><summary>**One**</summary>\nbody\n```\n</details>\n```\n</details>\n"
        "<details>\nno summary\n");
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].summary == "One");
    CHECK(parts[0].text == "body\n```\n</details>\n```");
    CHECK(parts[1].summary.empty());
    CHECK(parts[1].text == "no summary");
}
