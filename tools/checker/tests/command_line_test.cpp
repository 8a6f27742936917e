// The checker as a program: what it answers to bad questions, on a repository made for the test.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "repository.hpp"
#include "text.hpp"

using namespace checker;
using checker_tests::Repository;
namespace fs = std::filesystem;

TEST_CASE("a bad check.json is refused with file, line and meaning, and nothing runs") {
    const Repository repository;
    const std::string file = "ch04-queue/a-stage/check.json";
    struct {
        const char* text;
        const char* told;
    } const cases[] = {
        {"{\n  \"title\": \"x\",\n  \"inflight\": 5\n}", "check.json:3: unknown key"},
        {"{\n  \"title\": 5\n}", "check.json:2: "},
        {"{\n  \"title\": \"x\",\n  \"must\": {\"exit\": \"one\"}\n}", "check.json:3: "},
        {"{\n  \"title\": \"x\",", "check.json:2: "},
        {"\x7f"
         "ELF\x02\x01\x01",
         "check.json:1: "},
        {"", "check.json"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.text);
        repository.write(file, one.text);
        const auto answer = repository.ask({"check", "ch04/a"});
        CHECK(answer.status == 2);
        CAPTURE(answer.output);
        CHECK(answer.output.starts_with("checker: "));
        CHECK(answer.output.find(one.told) != std::string::npos);
        CHECK(split_lines(answer.output).size() == 1);
    }
}

TEST_CASE("a bad expected.txt is refused with file, line and meaning, and nothing runs") {
    const Repository repository;
    for (const char* text : {"${sever}\n", "%unorderd\nx\n%end\n", "", "%end\n"}) {
        CAPTURE(text);
        repository.write("ch04-queue/a-stage/expected.txt", text);
        const auto answer = repository.ask({"check", "ch04/a"});
        CHECK(answer.status == 2);
        CAPTURE(answer.output);
        CHECK(answer.output.find("expected.txt") != std::string::npos);
        CHECK(split_lines(answer.output).size() == 1);
    }
}

TEST_CASE("names, modes and options that don't exist are one line and status 2") {
    const Repository repository;
    for (const std::vector<std::string>& question : {std::vector<std::string>{"check", "ch99"},
                                                     {"check", "ch04/z"},
                                                     {"check", "ch04/a", "--mode", "sideways"},
                                                     {"check", "ch04/a", "--repeat", "0"},
                                                     {"check", "ch04/a", "--repeat", "1x"},
                                                     {"check", "ch04/a", "--seed", "-1"},
                                                     {"run", "ch04/a", "--seed", ""},
                                                     {"check"},
                                                     {"sing"},
                                                     {"run", "ch04/a", "ch04/b"},
                                                     {"start", "ch04/a/mutants/x"},
                                                     {"reset", "ch04/01"},
                                                     {"reset"},
                                                     {"diff", "ch04"},
                                                     {"hint", "ch04/a"},
                                                     {"watch", "ch04"},
                                                     {"check", "ch04/a", "--junit", "no/x"}}) {
        const auto answer = repository.ask(question);
        CAPTURE(answer.output);
        CHECK(answer.status == 2);
        CHECK(split_lines(answer.output).size() == 1);
        CHECK(answer.output.size() < 250);
    }
}

TEST_CASE("a build tree that isn't there is an error and never a verdict") {
    const Repository repository;
    const auto answer = repository.ask({"check", "ch04/a"});
    CHECK(answer.status == 2);
    CHECK(answer.output.find("ERROR: not judged") != std::string::npos);
}

TEST_CASE("a stage that needs what isn't there is skipped by check and refused by run") {
    const Repository repository;
    repository.write("ch04-queue/a-stage/check.json",
                     R"({"title": "A stage", "needs": ["header:no/such.hpp"]})");
    const std::string why = "needs the header no/such.hpp, which is not installed";
    const auto checked = repository.ask({"check", "ch04/a"});
    CHECK(checked.status == 77);
    CHECK(checked.output.find("skipped: " + why) != std::string::npos);
    const auto refused = repository.ask({"run", "ch04/a"});
    CHECK(refused.status == 2);
    CHECK(refused.output == "checker: ch04/a " + why + "\n");
}

TEST_CASE("the JSON report says of each subject what the text says") {
    const Repository repository;
    const auto answer = repository.ask({"check", "ch04/a", "--json", "--seed", "5"});
    const auto report = nlohmann::json::parse(answer.output);
    REQUIRE(report["verdicts"].size() == 1);
    CHECK(report["verdicts"][0]["id"] == "ch04/a");
    CHECK(report["verdicts"][0]["outcome"] == "error");
    CHECK(report["verdicts"][0]["holds"] == false);
    CHECK(report["verdicts"][0]["seed"] == 5);
}

TEST_CASE("start copies the starter once and never overwrites") {
    const Repository repository;
    const fs::path copy = repository.root() / "work/ch04/01-task/task.cpp";
    CHECK(repository.ask({"start", "ch04/01"}).status == 0);
    CHECK(read_file(copy) == "int answer();\n");
    repository.write("work/ch04/01-task/task.cpp", "mine\n");
    const auto again = repository.ask({"start", "ch04/01"});
    CHECK(again.status == 2);
    CHECK(again.output.find("is there already") != std::string::npos);
    CHECK(read_file(copy) == "mine\n");
}

TEST_CASE("start on a stage copies the one before it, or the first of its line itself") {
    const Repository repository;
    repository.write("ch04-queue/a-stage/main.cpp", "first\n");
    repository.write("ch04-queue/b-stage/check.json", R"({"title": "B", "from": ["ch04/a"]})");
    repository.write("ch04-queue/b-stage/main.cpp", "second\n");
    CHECK(repository.ask({"start", "ch04/b"}).status == 0);
    CHECK(read_file(repository.root() / "work/ch04/b-stage/main.cpp") == "first\n");
    const auto answer = repository.ask({"start", "ch04/a"});
    CHECK(answer.status == 0);
    CHECK(answer.output.find("check it:  tools/workshop check work/ch04/a\n") != std::string::npos);
    CHECK(read_file(repository.root() / "work/ch04/a-stage/main.cpp") == "first\n");
    CHECK_FALSE(fs::exists(repository.root() / "work/ch04/a-stage/check.json"));
}

TEST_CASE("list names every stage and exercise, and what comes next") {
    const Repository repository;
    const auto answer = repository.ask({"list"});
    CHECK(answer.status == 0);
    CHECK(answer.output ==
          "ch04-queue\n    ch04/a   A stage\n    ch04/01  exercise: A task\n"
          "next: tools/workshop check ch04/a   # the lesson: ch04-queue/README.md\n");
    CHECK(repository.ask({"list", "ch04"}).output == answer.output);
    CHECK(repository.ask({"list", "ch05"}).status == 2);
}
