// What carry does with copies and mutants, on a repository whose poll.hpp goes from stage a to
// stage b to an exercise.
#include <doctest/doctest.h>

#include "sound_repository.hpp"

using checker_tests::poll_hpp;
using checker_tests::SoundRepository;
namespace fs = std::filesystem;

namespace {

constexpr const char* of_a = "ch04-queue/a-stage/poll.hpp";
constexpr const char* of_b = "ch04-queue/b-stage/poll.hpp";
constexpr const char* of_01 = "ch04-queue/exercises/01-task/poll.hpp";

std::string hunk_of(const SoundRepository& repository, const std::string& mutant) {
    const std::string text = repository.read("ch04-queue/" + mutant + ".patch");
    CHECK(
        text.starts_with("# stuck in serial: README.md#it-hangs\n# It forgets one.\n"
                         "--- a/poll.hpp\n+++ b/poll.hpp\n"));
    return text.substr(text.find("@@"));
}

}  // namespace

TEST_CASE("carry copies a file to whoever carries it, at first and at further hand") {
    const SoundRepository repository;
    repository.change(of_a, "int fourth();\n", "int fourth();\nint fifth();\n");
    const auto answer = repository.ask({"carry", "ch04/a", "poll.hpp"});
    CAPTURE(answer.output);
    CHECK(answer.status == 0);
    CHECK(repository.read(of_b) == repository.read(of_a));
    CHECK(repository.read(of_01) == repository.read(of_a));
    CHECK(answer.output.find("ch04/b/poll.hpp: carried from ch04/a/poll.hpp\n") !=
          std::string::npos);
    CHECK(answer.output.find("ch04/01/poll.hpp: carried from ch04/a/poll.hpp\n") !=
          std::string::npos);
    CHECK(repository.ask({"lint"}).output == "");
    CHECK(repository.ask({"carry", "ch04/a", "poll.hpp"}).output ==
          "ch04/a/poll.hpp: nothing to do\n");
}

TEST_CASE("carry leaves a mutant alone whose place has not moved") {
    const SoundRepository repository;
    const std::string before = hunk_of(repository, "a-stage/mutants/no-first");
    repository.change(of_a, "int fourth();\n", "int fourth();\nint fifth();\n");
    const auto answer = repository.ask({"carry", "ch04/a", "poll.hpp"});
    CHECK(hunk_of(repository, "a-stage/mutants/no-first") == before);
    CHECK(answer.output.find("no-first") == std::string::npos);
}

TEST_CASE("carry makes mutants anew whose place or context has changed, in every stage") {
    const SoundRepository repository;
    repository.change(of_a, "// What is ready.\n", "// What is ready.\n// Since when.\n");
    repository.change(of_a, "int second();\n", "int second(int);\n");
    const auto answer = repository.ask({"carry", "ch04/a", "poll.hpp"});
    CAPTURE(answer.output);
    CHECK(answer.status == 0);
    for (const std::string stage : {"a-stage", "b-stage"}) {
        CHECK(hunk_of(repository, stage + "/mutants/no-third") ==
              "@@ -6,3 +6,2 @@\n int second(int);\n-int third();\n int fourth();\n");
    }
    CHECK(answer.output.find("ch04/b/mutants/no-third: made anew; tools/workshop check "
                             "ch04/b/mutants/no-third\n") != std::string::npos);
    CHECK(repository.ask({"lint", "ch04/a", "ch04/b", "ch04/01"}).output == "");
}

TEST_CASE("carry puts a mutant where its change was made, not where its context happens to fit") {
    const SoundRepository repository;
    const std::string twin = "int second();\nint third();\nint fourth();\n";
    repository.change(of_a, "int first();\n", twin + "\nint first();\n");
    CHECK(repository.ask({"carry", "ch04/a", "poll.hpp"}).status == 0);
    CHECK(hunk_of(repository, "a-stage/mutants/no-third").starts_with("@@ -9,3 +9,2 @@\n"));
}

TEST_CASE("carry names a mutant that applies no longer and leaves it as it is") {
    const SoundRepository repository;
    const std::string before = hunk_of(repository, "b-stage/mutants/no-third");
    repository.change(of_a, "int third();\n", "int another();\n");
    const auto answer = repository.ask({"carry", "ch04/a", "poll.hpp"});
    CAPTURE(answer.output);
    CHECK(answer.status == 1);
    CHECK(
        answer.output.find("ch04/b/mutants/no-third: applies no longer and was left as it is; ") !=
        std::string::npos);
    CHECK(hunk_of(repository, "b-stage/mutants/no-third") == before);
    CHECK(repository.read(of_b) == repository.read(of_a));
}

TEST_CASE("carry lists later stages that have the file and changed it on purpose") {
    const SoundRepository repository;
    repository.change("ch04-queue/exercises/01-task/check.json",
                      R"({"poll.hpp": "ch04/b/poll.hpp"})", "{}");
    repository.change(of_a, "second", "two");
    const auto answer = repository.ask({"carry", "ch04/a", "poll.hpp"});
    CHECK(answer.output.find("ch04/01/poll.hpp: not carried, it was changed on purpose; ") !=
          std::string::npos);
    CHECK(repository.read(of_01) == poll_hpp);
}

TEST_CASE("carry refuses what would lose a change, and writes nothing") {
    const SoundRepository repository;
    repository.change(of_a, "second", "two");
    repository.change(of_01, "third", "three");
    const auto differ = repository.ask({"carry", "ch04/a", "poll.hpp"});
    CHECK(differ.status == 2);
    CHECK(
        differ.output.starts_with("checker: the copies differ: ch04/b/poll.hpp and "
                                  "ch04/01/poll.hpp; "));
    CHECK(repository.read(of_b) == poll_hpp);
    const auto copy = repository.ask({"carry", "ch04/b", "poll.hpp"});
    CHECK(copy.status == 2);
    CHECK(copy.output.find("is itself carried from ch04/a/poll.hpp and differs from it") !=
          std::string::npos);
}

TEST_CASE("carry of what isn't there is one line and status 2") {
    const SoundRepository repository;
    for (const std::vector<std::string>& question :
         {std::vector<std::string>{"carry", "ch04/a", "pool.hpp"},
          {"carry", "ch04/z", "poll.hpp"},
          {"carry", "ch04/a"}}) {
        const auto answer = repository.ask(question);
        CHECK(answer.status == 2);
        CHECK(checker::split_lines(answer.output).size() == 1);
    }
}
