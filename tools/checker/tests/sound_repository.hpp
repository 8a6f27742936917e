// A small repository in which lint finds nothing wrong, for tests to break one thing at a time: two
// stages and an exercise that hand poll.hpp on from one to the next.
#pragma once

#include <stdexcept>
#include <string>

#include "repository.hpp"
#include "text.hpp"

namespace checker_tests {

inline const std::string poll_hpp =
    "// What is ready.\n"
    "#pragma once\n"
    "\n"
    "int first();\n"
    "int second();\n"
    "int third();\n"
    "int fourth();\n";

class SoundRepository : public Repository {
public:
    SoundRepository() {
        write(".gitignore", "build/\n/work/\n");
        write("README.md",
              "# Workshop\n\nBegin with [the lesson](ch04-queue/README.md#stage-a).\n");
        write("ch04-queue/CMakeLists.txt",
              "add_executable(ch04-a a-stage/main.cpp)\n"
              "add_executable(ch04-b b-stage/main.cpp)\n"
              "include(${CMAKE_CURRENT_SOURCE_DIR}/../tools/cmake/checks.cmake OPTIONAL)\n");
        write_lesson();
        write_stage("a", R"("from": [], "carries": {})");
        write_stage("b", R"("from": ["ch04/a"], "carries": {"poll.hpp": "ch04/a/poll.hpp"})");
        write_exercise();
    }

    /// Puts `now` in the place of `was` in a file.
    void change(const std::string& file, const std::string& was, const std::string& now) const {
        std::string text = checker::read_file(root() / file);
        const auto at = text.find(was);
        if (at == std::string::npos) {
            throw std::logic_error(file + " holds no " + was);
        }
        write(file, text.replace(at, was.size(), now));
    }
    std::string read(const std::string& file) const { return checker::read_file(root() / file); }

private:
    void write_lesson() const {
        write(
            "ch04-queue/README.md",
            "# Chapter 4: the queue\n\n"
            "```mermaid\nflowchart LR\n```\n\n"
            "**By the end you can** wait.\n\n"
            "**Hold on to** this: ready is a hint.\n\n"
            "## Stage a: first\n\n"
            "```\ntools/workshop check ch04/a   # is it right?\nctest -L ch04\n```\n\n"
            "<!-- not run: the times differ -->\n"
            "```\n$ tools/workshop run ch04/a\n     1 ms  server  listens\n"
            "     2 ms  stdout  FINISHED\n```\n\n"
            "`a-stage/poll.hpp`, `second`:\n```cpp\n    int second();\n```\n\n"
            "### It hangs\n\nNobody wakes it.\n\n"
            "## Stage b: second\n\nMore of it.\n\n"
            "## Under the hood\n\nepoll(7).\n\n"
            "## Exercises\n\n[01 Task](exercises/01-task/README.md), then [on](#stage-a-first).\n\n"
            "## Check your understanding\n\n1. Why?\n");
        change("README.md", "#stage-a", "#stage-a-first");
    }

    void write_stage(const std::string& key, const std::string& lineage) const {
        const std::string folder = "ch04-queue/" + key + "-stage/";
        write(folder + "check.json",
              "{ \"title\": \"Stage\",\n  " + lineage +
                  ",\n  \"teach\": { \"stuck\": \"README.md#it-hangs\" } }\n");
        write(folder + "expected.txt", "FINISHED\n");
        write(folder + "main.cpp", "#include \"poll.hpp\"\n\nint main() {}\n");
        write(folder + "poll.hpp", poll_hpp);
        write_mutant(folder, "no-first", "@@ -3,3 +3,2 @@\n \n-int first();\n int second();\n");
        write_mutant(folder, "no-third",
                     "@@ -5,3 +5,2 @@\n int second();\n-int third();\n int fourth();\n");
        write_mutant(folder, "no-last", "@@ -6,2 +6,1 @@\n int third();\n-int fourth();\n");
    }

    void write_mutant(const std::string& folder, const std::string& name,
                      const std::string& hunk) const {
        write(folder + "mutants/" + name + ".patch",
              "# stuck in serial: README.md#it-hangs\n# It forgets one.\n--- a/poll.hpp\n"
              "+++ b/poll.hpp\n" +
                  hunk);
    }

    void write_exercise() const {
        const std::string folder = "ch04-queue/exercises/01-task/";
        std::string task = "# 01 Task: wait\n\n";
        for (int line = 1; line <= 10; ++line) {
            task += "This is what you do in step " + std::to_string(line) + ".\n";
        }
        for (const char* hint : {"1: look", "2: think", "3: write"}) {
            task += "\n<details><summary>Hint " + std::string(hint) +
                    "</summary>\n\nSo.\n\n</details>\n";
        }
        write(folder + "README.md", task);
        write(
            folder + "check.json",
            R"({ "title": "A task", "from": ["ch04/b"], "carries": {"poll.hpp": "ch04/b/poll.hpp"},)"
            "\n  \"fails\": \"stuck in serial: ../../README.md#it-hangs\" }\n");
        write(folder + "poll.hpp", poll_hpp);
        const std::string begin = "#include \"../poll.hpp\"\n\nint answer() {\n    // your code\n";
        write(folder + "starter/task.cpp", begin + "    return 0;\n    // end\n}\n");
        write(folder + "solution/task.cpp", begin + "    return 42;\n    // end\n}\n");
        for (const std::string name : {"one-less", "one-more"}) {
            write(folder + "mutants/" + name + ".patch",
                  "# stuck in serial: ../../README.md#it-hangs\n# It can't count.\n"
                  "--- a/solution/task.cpp\n+++ b/solution/task.cpp\n@@ -4,3 +4,3 @@\n"
                  "     // your code\n-    return 42;\n+    return " +
                      std::string(name == "one-less" ? "41" : "43") + ";\n     // end\n");
        }
    }
};

}  // namespace checker_tests
