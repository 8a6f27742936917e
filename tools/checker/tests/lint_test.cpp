// Each rule of lint, on a sound repository in which one thing is broken.
#include <doctest/doctest.h>

#include "sound_repository.hpp"

using checker_tests::SoundRepository;
namespace fs = std::filesystem;

namespace {

// One thing broken, and the line of lint that tells it, without what to do.
struct Fault {
    const char* file;
    const char* was;
    const char* now;
    const char* told;
};

void check_told(const Fault& fault) {
    const SoundRepository repository;
    CAPTURE(std::string(fault.told));
    repository.change(fault.file, fault.was, fault.now);
    const auto answer = repository.ask({"lint"});
    CAPTURE(answer.output);
    CHECK(answer.status == 1);
    const auto at = answer.output.find(fault.told);
    REQUIRE(at != std::string::npos);
    CHECK((at == 0 || answer.output[at - 1] == '\n'));
}

void check_told(std::initializer_list<Fault> faults) {
    for (const Fault& fault : faults) {
        check_told(fault);
    }
}

constexpr const char* lesson = "ch04-queue/README.md";
constexpr const char* task = "ch04-queue/exercises/01-task/README.md";

}  // namespace

TEST_CASE("lint is silent about a repository that keeps the rules") {
    const SoundRepository repository;
    const auto answer = repository.ask({"lint"});
    CHECK(answer.output == "");
    CHECK(answer.status == 0);
}

TEST_CASE("lint tells where a carried file differs, and ancestors that don't exist") {
    check_told({
        {"ch04-queue/b-stage/poll.hpp", "second", "2nd",
         "ch04-queue/b-stage/poll.hpp:5: differs from ch04/a/poll.hpp, which it is carried from; "
         "tools/workshop carry ch04/a poll.hpp"},
        {"ch04-queue/b-stage/check.json", "\"ch04/a\"", "\"ch04/c\"",
         "ch04-queue/b-stage/check.json:2: \"from\": there is no ch04/c; "},
        {"ch04-queue/a-stage/check.json", "\"from\": []", "\"from\": [\"ch04/b\"]",
         "ch04-queue/a-stage/check.json:2: it descends from itself: ch04/a from ch04/b from "
         "ch04/a; "},
        {"ch04-queue/b-stage/check.json", "a/poll.hpp", "a/pool.hpp",
         "ch04-queue/b-stage/check.json:2: \"carries\": there is no ch04/a/pool.hpp; "},
        {"ch04-queue/b-stage/check.json", "{\"poll.hpp\"", "{\"rt/poll.hpp\"",
         "ch04-queue/b-stage/check.json:2: \"carries\": rt/poll.hpp is missing; "},
        {"ch04-queue/a-stage/check.json", "{}", "{\"poll.hpp\": \"ch04/01/poll.hpp\"}",
         "ch04-queue/exercises/01-task/check.json:1: \"carries\": it comes from itself: "
         "ch04/01/poll.hpp from ch04/b/poll.hpp from ch04/a/poll.hpp from ch04/01/poll.hpp; "},
    });
}

TEST_CASE("lint tells what is wrong with a check.json, an expected.txt and what they name") {
    check_told({
        {"ch04-queue/a-stage/check.json", "title", "tilte", "ch04-queue/a-stage/check.json:1: "},
        {"ch04-queue/a-stage/expected.txt", "FINISHED", "${sever}",
         "ch04-queue/a-stage/expected.txt:1: "},
        {"ch04-queue/a-stage/check.json", "#it-hangs", "#it-hung",
         "ch04-queue/a-stage/check.json:3: \"teach\": there is no heading README.md#it-hung; "},
        {"ch04-queue/exercises/01-task/check.json", "#it-hangs", "#it-hung",
         "ch04-queue/exercises/01-task/check.json:2: \"fails\": there is no heading "},
        {"ch04-queue/a-stage/check.json", "\"from\"",
         "\"compile_fails\": {\"source\": \"main.cpp\"}, \"from\"",
         "ch04-queue/a-stage/main.cpp: no line is marked // error here"},
        {"ch04-queue/a-stage/check.json", "\"from\"", "\"stdin\": \"in.txt\", \"from\"",
         "ch04-queue/a-stage/in.txt: is missing, and \"stdin\" of check.json names it; "},
        {"ch04-queue/a-stage/check.json", "\"from\"",
         "\"must\": {\"syscalls\": {\"epoll_ctl\": 1, \"epol_wait\": \"<= 2\"}}, \"from\"",
         "ch04-queue/a-stage/check.json:2: \"syscalls\": strace knows no call 'epol_wait'; "},
    });
}

TEST_CASE("lint tells a mutant without its head, of no heading, or that does not apply") {
    const char* mutant = "ch04-queue/a-stage/mutants/no-third.patch";
    check_told({
        {mutant, "# stuck in serial: ", "# stick in serial: ",
         "ch04-queue/a-stage/mutants/no-third.patch:1: unknown expectation \"stick\""},
        {mutant, "# It forgets one.\n", "",
         "ch04-queue/a-stage/mutants/no-third.patch:2: a mutant's second line says"},
        {mutant, "#it-hangs", "#it-hung",
         "ch04-queue/a-stage/mutants/no-third.patch:1: there is no heading README.md#it-hung; "},
        {mutant, "-int third();", "-int 3rd();",
         "ch04-queue/a-stage/mutants/no-third.patch: does not apply: "},
        {mutant, "--- a/poll.hpp\n", "",
         "ch04-queue/a-stage/mutants/no-third.patch:3: a mutant's patch begins with"},
    });
}

TEST_CASE("lint wants two mutants of an exercise and one of a stage, and warns below three") {
    const SoundRepository repository;
    const fs::path of_stage = repository.root() / "ch04-queue/a-stage/mutants";
    fs::remove(of_stage / "no-last.patch");
    const auto warned = repository.ask({"lint"});
    CHECK(warned.status == 0);
    CHECK(warned.output.starts_with("ch04-queue/a-stage/mutants: warning: 2 mutants only; "));
    fs::remove_all(of_stage);
    fs::remove(repository.root() / "ch04-queue/exercises/01-task/mutants/one-less.patch");
    const auto failed = repository.ask({"lint"});
    CHECK(failed.status == 1);
    CHECK(failed.output.starts_with("ch04-queue/a-stage/mutants: too few mutants: 0; "));
    CHECK(failed.output.find("\nch04-queue/exercises/01-task/mutants: too few mutants: 1; ") !=
          std::string::npos);
}

TEST_CASE("lint holds starter and solution against each other outside the regions") {
    const char* starter = "ch04-queue/exercises/01-task/starter/task.cpp";
    check_told({
        {starter, "int answer", "long answer",
         "ch04-queue/exercises/01-task/starter/task.cpp:3: differs from solution/ outside the "
         "reader's regions, whose line 3 it is there; "},
        {starter, "    // end\n", "",
         "ch04-queue/exercises/01-task/starter/task.cpp:4: a region is not closed"},
        {starter, "    // your code\n    return 0;\n    // end\n", "    return 0;\n",
         "ch04-queue/exercises/01-task/starter/task.cpp: has no region for the reader; "},
    });
    const SoundRepository repository;
    repository.write("ch04-queue/exercises/01-task/solution/more.cpp", "int more;\n");
    CHECK(repository.ask({"lint"}).output.starts_with(
        "ch04-queue/exercises/01-task/solution/more.cpp: starter/ has no such file; "));
}

TEST_CASE("lint tells an include across stages, a missing target and a chapter without checks") {
    check_told({
        {"ch04-queue/b-stage/main.cpp", "\"poll.hpp\"", "\"../a-stage/poll.hpp\"",
         "ch04-queue/b-stage/main.cpp:1: includes a file outside ch04/b; "},
        {"ch04-queue/CMakeLists.txt", "(ch04-b", "(ch04-bb",
         "ch04-queue/CMakeLists.txt: there is no target ch04-b; "},
        {"ch04-queue/CMakeLists.txt", "include(", "# include(",
         "ch04-queue/CMakeLists.txt: the last line does not bring in the checks; "},
    });
}

TEST_CASE("lint tells what lies where nothing belongs") {
    const SoundRepository repository;
    repository.write("notes.txt", "mine\n");
    repository.write("work/ch04/01-task/task.cpp", "mine  ");
    fs::create_symlink("poll.hpp", repository.root() / "ch04-queue/a-stage/pool.hpp");
    fs::create_directory(repository.root() / "ch04-queue/c-stage");
    fs::create_directory(repository.root() / "ch04-queue/shared");
    const auto answer = repository.ask({"lint"});
    CHECK(answer.status == 1);
    CHECK(answer.output.find("ch04-queue/a-stage/pool.hpp: a symbolic link; ") == 0);
    for (const char* told :
         {"\nch04-queue/c-stage: has no check.json", "\nch04-queue/shared: neither a stage",
          "\nnotes.txt: the top level holds nothing of this name; "}) {
        CHECK(answer.output.find(told) != std::string::npos);
    }
    CHECK(answer.output.find("work/") == std::string::npos);
}

TEST_CASE("lint tells links, commands and quotations that do not hold") {
    check_told({
        {lesson, "01-task/README.md", "01-tusk/README.md",
         "ch04-queue/README.md:44: the link exercises/01-tusk/README.md leads nowhere; "},
        {lesson, "(#stage-a-first)", "(#stage-z)",
         "ch04-queue/README.md:44: the link #stage-z leads to no heading; "},
        {lesson, "check ch04/a", "chekc ch04/a",
         "ch04-queue/README.md:14: tools/workshop has no verb \"chekc\"; "},
        {lesson, "check ch04/a", "check ch04/z", "ch04-queue/README.md:14: there is no ch04/z; "},
        {lesson, "ctest -L ch04", "ctest -L ch05", "ch04-queue/README.md:15: there is no ch05; "},
        {lesson, "ctest -L ch04", "make",
         "ch04-queue/README.md:15: \"make\" is neither tools/workshop nor ctest; "},
        {lesson, "not run: the times differ",
         "not run:", "ch04-queue/README.md:19: \"not run:\" gives no reason; "},
        {lesson, "stdout  FINISHED", "stdout  DONE",
         "ch04-queue/README.md:20: quotes the output \"DONE\", which expected.txt does not "
         "allow; "},
        {lesson, "stdout  FINISHED", "stdout  …\n     3 ms  stdout  FINISHE",
         "ch04-queue/README.md:20: quotes the output \"FINISHE\""},
        {lesson, "    int second();", "    int  second();",
         "ch04-queue/README.md:26: these lines do not stand in a-stage/poll.hpp; "},
        {lesson, "`second`", "`zeroth`",
         "ch04-queue/README.md:26: a-stage/poll.hpp has no zeroth; "},
        {lesson, "a-stage/poll.hpp", "a-stage/pool.hpp",
         "ch04-queue/README.md:26: quotes a-stage/pool.hpp, which is not there; "},
        {lesson, "1. Why?\n", "1. Why?\n```\n",
         "ch04-queue/README.md:49: a code block is not closed"},
    });
}

TEST_CASE("lint wants an output to be quoted whole, or what is left out to be shown") {
    const SoundRepository repository;
    repository.write("ch04-queue/a-stage/expected.txt", "STARTED\nFINISHED\n");
    const auto told = repository.ask({"lint"});
    CHECK(
        told.output.starts_with("ch04-queue/README.md:20: quotes an output without \"STARTED\"; "));
    repository.change(lesson, "     2 ms  stdout", "     1 ms  stdout  …\n     2 ms  stdout");
    CHECK(repository.ask({"lint"}).output == "");
}

TEST_CASE("lint holds a lesson to its skeleton and an exercise to its task and hints") {
    check_told({
        {lesson, "# Chapter 4", "# Lesson 4", "ch04-queue/README.md:1: no title; "},
        {lesson, "mermaid", "dot", "ch04-queue/README.md: 0 pictures before the first section; "},
        {lesson, "By the end", "In the end", "ch04-queue/README.md: no \"By the end you can\""},
        {lesson, "Hold on to", "Keep", "ch04-queue/README.md: no \"Hold on to\""},
        {lesson, "## Stage b: ", "## Step b: ", "ch04-queue/README.md: no section \"Stage b\""},
        {lesson, "## Under the hood", "## Inside", "ch04-queue/README.md: no section \"Under the "},
        {lesson, "[01 Task](exercises/01-task/README.md)", "01 Task",
         "ch04-queue/README.md: no link to the exercise ch04/01; "},
        {task, "This is what you do in step 1.\n", "",
         "ch04-queue/exercises/01-task/README.md: the task takes 9 lines; "},
        {task, "<details><summary>Hint 3: write</summary>\n\nSo.\n\n</details>\n", "",
         "ch04-queue/exercises/01-task/README.md: hints: 2 of 2 folds; "},
        {task, "# 01 Task", "01 Task", "ch04-queue/exercises/01-task/README.md:1: no title; "},
    });
}

TEST_CASE("lint tells long lines, paths of one machine, trailing blanks and missing newlines") {
    const std::string wide = "Nobody wakes it" + std::string(110, '.');
    check_told({
        {lesson, "Nobody wakes it", wide.c_str(),
         "ch04-queue/README.md:32: more than 120 characters; "},
        {lesson, "Nobody wakes it", "See `/home/me/ch04`",
         "ch04-queue/README.md:32: a path of one machine; "},
        {lesson, "Nobody wakes it.", "Nobody wakes it. ",
         "ch04-queue/README.md:32: a blank ends the line; "},
        {"ch04-queue/a-stage/main.cpp", "{}\n", "{}",
         "ch04-queue/a-stage/main.cpp:3: the last line lacks its newline; "},
    });
}

TEST_CASE("lint of a chapter, a stage or an exercise tells what lies there only") {
    const SoundRepository repository;
    repository.change("ch04-queue/b-stage/poll.hpp", "second", "2nd");
    repository.change("README.md", "# Workshop", "# Workshop ");
    CHECK(repository.ask({"lint", "ch04/a"}).status == 0);
    CHECK(repository.ask({"lint", "ch04/b"}).status == 1);
    const auto answer = repository.ask({"lint", "--lineage", "ch04"});
    CHECK(answer.status == 1);
    CHECK(answer.output.find("b-stage/poll.hpp:5: differs from") != std::string::npos);
    CHECK(answer.output.find("blank") == std::string::npos);
    CHECK(repository.ask({"lint", "ch05"}).status == 2);
}

TEST_CASE("lint --fix carries files forward and puts blanks and newlines right") {
    const SoundRepository repository;
    repository.change("ch04-queue/a-stage/poll.hpp", "fourth();\n", "fourth();\nint fifth();\n");
    repository.change("README.md", "# Workshop\n", "# Workshop \t\n");
    repository.change("ch04-queue/a-stage/main.cpp", "{}\n", "{}");
    const auto answer = repository.ask({"lint", "--fix"});
    CAPTURE(answer.output);
    CHECK(answer.status == 0);
    CHECK(repository.read("README.md").starts_with("# Workshop\n"));
    CHECK(repository.read("ch04-queue/a-stage/main.cpp").ends_with("{}\n"));
    CHECK(repository.read("ch04-queue/exercises/01-task/poll.hpp").find("fifth") !=
          std::string::npos);
    CHECK(repository.ask({"lint"}).output == "");
}

TEST_CASE("lint --run types the pages' commands and tells which end as they should not") {
    const SoundRepository repository;
    repository.write("tools/workshop",
                     "#!/bin/sh\necho \"$*\" >> typed.txt\ncase $1 in\n"
                     "start) mkdir -p work ;;\ncheck) echo no verdict; exit 1 ;;\nesac\n");
    fs::permissions(repository.root() / "tools/workshop", fs::perms::owner_all);
    repository.write("ch04-queue/exercises/01-task/README.md",
                     "# 01 Task\n\n```\ntools/workshop start ch04/01   # yours\n"
                     "tools/workshop check ch04/01\n\ntools/workshop test\n```\n");
    repository.change(lesson, "ctest -L ch04", "tools/workshop list");
    const auto answer = repository.ask({"lint", "--run"});
    CHECK(answer.status == 1);
    CHECK(answer.output == std::string(lesson) +
                               ":14: \"tools/workshop check ch04/a   # is it right?\" ended with "
                               "status 1; no verdict\n");
    CHECK(repository.read("typed.txt") == "check ch04/a\nlist\nstart ch04/01\ncheck ch04/01\n");
    CHECK_FALSE(fs::exists(repository.root() / "work"));

    repository.write("work/ch04/01-task/task.cpp", "int answer();\n");
    CHECK(repository.ask({"lint", "--run"}).output == answer.output);
    CHECK(repository.read("work/ch04/01-task/task.cpp") == "int answer();\n");

    repository.write("work.aside/ch04/01-task/task.cpp", "int answer() { return 42; }\n");
    const auto refused = repository.ask({"lint", "--run"});
    CHECK(refused.status == 2);
    CHECK(refused.output.find("Move it back, or remove it") != std::string::npos);
    CHECK(fs::exists(repository.root() / "work/ch04/01-task/task.cpp"));
}
