// What must not compile: with g++ itself on a stage made for the test, and with what g++ and clang
// say where it matters.
#include "compile_fails.hpp"

#include <doctest/doctest.h>

#include "repository.hpp"
#include "trial.hpp"

using namespace checker;
using checker_tests::Repository;
namespace fs = std::filesystem;

namespace {

constexpr const char* right_gate =
    "struct Gate {\n    Gate() = default;\n    Gate(const Gate&) = delete;\n};\n";
constexpr const char* right_source =
    "#include \"gate.hpp\"\n"
    "template <typename T>\nT twice(const T& one) {\n    return one;\n}\n"
    "Gate first;\n"
    "#ifndef CONTROL\n"
    "Gate second(first);  // error here\n"
    "#endif\n";

// A stage that builds without CMake: what the checker asks ninja is in a build.ninja of its own.
class Stage : public Repository {
public:
    explicit Stage(const std::string& source) {
        const std::string folder = "ch04-queue/a-stage/";
        write(folder + "check.json",
              R"({"title": "A gate", "compile_fails": {"source": "move.cpp"},
                  "teach": {"compile_fails": "README.md#it-moves"}})");
        write(
            folder + "main.cpp",
            "#include <cstdio>\n#include \"gate.hpp\"\nint main() { std::puts(\"FINISHED\"); }\n");
        write(folder + "gate.hpp", right_gate);
        write(folder + "move.cpp", source);
        write(folder + "mutants/copies.patch",
              "# compile_fails in serial: README.md#it-moves\n# It can be copied.\n"
              "--- a/gate.hpp\n+++ b/gate.hpp\n@@ -2,3 +2,3 @@\n     Gate() = default;\n"
              "-    Gate(const Gate&) = delete;\n+    Gate(const Gate&) = default;\n };\n");
        write("ch04-queue/README.md", "# Chapter 4\n\n## It moves\n\nIt should not.\n");
        write("build/CMakeCache.txt", "");
        write("build/build.ninja", ninja_file());
    }

    Verdict verdict_on(const std::string& what) const {
        const Catalog catalog(root());
        const Builder builder(root(), root() / "build");
        return try_subject(catalog.resolve(what).front(), builder,
                           {.seed = 1, .only_mode = std::nullopt});
    }

private:
    std::string ninja_file() const {
        const std::string object = "CMakeFiles/ch04-a.dir/main.cpp.o";
        return "rule compile\n  command = g++ -std=c++20 -o " + object + " -c '" +
               (root() / "ch04-queue/a-stage/main.cpp").string() +
               "'\nrule link\n  command = g++ " + object + " -o ch04-a\nbuild " + object +
               ": compile\nbuild ch04-a: link " + object + "\n";
    }
};

Finding finding_about(const std::string& source) {
    const Stage stage(source);
    const Verdict verdict = stage.verdict_on("ch04/a");
    CAPTURE(verdict.error);
    CAPTURE(verdict.compiler_output);
    CHECK(verdict.is == Verdict::Is::failed);
    REQUIRE(verdict.findings.size() == 1);
    CHECK(verdict.findings.front().expectation == "compile_fails");
    CHECK(verdict.heading_reference == "README.md#it-moves");
    return verdict.findings.front();
}

std::string replaced(std::string text, const std::string& was, const std::string& now) {
    return text.replace(text.find(was), was.size(), now);
}

// A source whose third line is marked, and what a compiler said of it.
std::optional<Finding> judged(const std::string& said) {
    const Repository repository;
    repository.write("move.cpp", "//\n//\nf(1);  // error here\n");
    const fs::path source = repository.root() / "move.cpp";
    std::string output = said;
    for (auto at = output.find("SOURCE"); at != std::string::npos; at = output.find("SOURCE")) {
        output.replace(at, 6, source.string());
    }
    return judge_compile_fails({source, repository.root() / "build", {1, output}, {0, ""}});
}

}  // namespace

TEST_CASE("a source that fails at the marked line, and compiles as control, passes") {
    const Stage stage(right_source);
    const Verdict verdict = stage.verdict_on("ch04/a");
    CAPTURE(verdict.error);
    CHECK(verdict.is == Verdict::Is::passed);
}

TEST_CASE("a compiler may name the source from where it runs") {
    // As g++ does behind ccache with CCACHE_BASEDIR.
    CHECK_FALSE(judged("../move.cpp:3:1: error: no\n"));
    CHECK(judged("../other.cpp:3:1: error: no\n"));
}

TEST_CASE("an instantiation that begins at the marked line counts as an error there") {
    const Stage stage(replaced(right_source, "Gate second(first);", "auto second = twice(first);"));
    CHECK(stage.verdict_on("ch04/a").is == Verdict::Is::passed);
}

TEST_CASE("a source whose first error is at another line fails, with the compiler's words") {
    const Finding finding =
        finding_about(replaced(right_source, "#ifndef CONTROL\n", "#ifndef CONTROL\nint x = y;\n"));
    CHECK(finding.cause == "elsewhere");
    CHECK(finding.expected == "an error at move.cpp:9, the line marked // error here");
    CHECK(finding.got == "the first error is at move.cpp:8");
    REQUIRE_FALSE(finding.details.empty());
    CHECK(finding.details.front().find("move.cpp:8:9: error: ") != std::string::npos);
}

TEST_CASE("a source that fails with CONTROL too proves nothing") {
    const Finding finding = finding_about(replaced(right_source, "Gate first;", "Gaet first;"));
    CHECK(finding.cause == "control");
    CHECK(finding.expected == "move.cpp compiles with -DCONTROL");
}

TEST_CASE("a source that compiles although it must not fails") {
    const Finding finding = finding_about(replaced(right_source, "(first)", ""));
    CHECK(finding.cause == "compiles");
    CHECK(finding.got == "move.cpp compiles");
}

TEST_CASE("a mutant and a work copy are compiled with their own files") {
    const Stage stage(right_source);
    const Verdict mutant = stage.verdict_on("ch04/a/mutants/copies");
    CAPTURE(mutant.error);
    CAPTURE(mutant.wrongly_judged);
    CHECK(mutant.holds());
    for (const char* file : {"main.cpp", "gate.hpp", "move.cpp"}) {
        stage.write(std::string("work/ch04/a-stage/") + file,
                    read_file(stage.root() / "ch04-queue/a-stage" / file));
    }
    CHECK(stage.verdict_on("work/ch04/a").is == Verdict::Is::passed);
    stage.write("work/ch04/a-stage/gate.hpp", "struct Gate {};\n");
    const Verdict work = stage.verdict_on("work/ch04/a");
    REQUIRE(work.findings.size() == 1);
    CHECK(work.findings.front().cause == "compiles");
}

TEST_CASE("a source without its mark, or with two, is an error of the source and no verdict") {
    for (const std::string mark : {"", "// error here, // error here\n// error here"}) {
        const Stage stage(replaced(right_source, "// error here", mark));
        CHECK_THROWS_AS(stage.verdict_on("ch04/a"), SpecError);
    }
}

TEST_CASE("g++ tells before an error where its instantiation began") {
    CHECK_FALSE(
        judged("SOURCE: In instantiation of 'void f(T) [with T = int]':\n"
               "SOURCE:3:2:   required from here\n"
               "gate.hpp:9:5: error: no match\n"));
    CHECK(
        judged("SOURCE:3:2:   required from here\n"
               "SOURCE:3:2: warning: unused\n"
               "gate.hpp:9:5: error: no match\n"));
    CHECK(
        judged("gate.hpp:9:5: error: no match\n"
               "SOURCE:3:2:   required from here\n"
               "gate.hpp:10:5: error: no match either\n"));
}

TEST_CASE("clang tells in a note behind an error where its instantiation began") {
    CHECK_FALSE(
        judged("gate.hpp:9:5: error: no match\n"
               "SOURCE:3:1: note: in instantiation of function template specialization "
               "'f<int>' requested here\n"));
    CHECK(judged("gate.hpp:9:5: error: no match\nSOURCE:3:1: note: candidate function\n"));
    CHECK(
        judged("gate.hpp:9:5: error: no match\ngate.hpp:11:5: error: nor here\n"
               "SOURCE:3:1: note: in instantiation of 'f<int>' requested here\n"));
}

TEST_CASE("the marked line of another file is not the one") {
    CHECK(judged("other.cpp:3:1: error: no match\n"));
    CHECK_FALSE(judged("In file included from x.hpp:3,\nSOURCE:3:1: error: no match\n"));
}
