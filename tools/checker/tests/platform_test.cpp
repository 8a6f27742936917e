// Programs for other processors and systems, from CMake's target to the verdict.
#include "platform.hpp"

#include <doctest/doctest.h>

#include "repository.hpp"

using namespace checker;
using checker_tests::Repository;

namespace {

// ch04/a says on what it runs, natively and on `platform`.
void make_stage(const Repository& repository, Platform platform, const std::string& compiler) {
    const std::string on(name(platform));
    const std::string suffix = target_suffix(platform);
    repository.write("ch04-queue/a-stage/check.json",
                     R"({"title": "A stage", "cases": [{"name": "elsewhere", "platform": ")" + on +
                         R"(", "expected": "elsewhere.txt"}]})");
    repository.write("ch04-queue/a-stage/expected.txt", "here\n");
    repository.write("ch04-queue/a-stage/elsewhere.txt", "there\n");
    repository.write("ch04-queue/a-stage/word.hpp", "#pragma once\nextern const char* word;\n");
    for (const std::string place : {"here", "there"}) {
        repository.write("ch04-queue/a-stage/" + place + "/word.cpp",
                         "#include \"../word.hpp\"\nconst char* word = \"" + place + "\\n\";\n");
    }
    repository.write(
        "ch04-queue/a-stage/main.cpp",
        "#include \"word.hpp\"\n#ifdef _WIN32\n#include <fcntl.h>\n#include <io.h>\n#else\n"
        "#include <unistd.h>\n#endif\n#include <cstring>\n"
        "int main() {\n#ifdef _WIN32\n    _setmode(1, _O_BINARY);\n#endif\n"
        "    return write(1, word, (unsigned)std::strlen(word)) < 0 ? 1 : 0;\n}\n");
    repository.write("ch04-queue/a-stage/mutants/elsewhere.patch",
                     "# output in serial: README.md#x\n# It says another word.\n"
                     "--- a/there/word.cpp\n+++ b/there/word.cpp\n@@ -1,2 +1,2 @@\n"
                     " #include \"../word.hpp\"\n"
                     "-const char* word = \"there\\n\";\n+const char* word = \"her\\n\";\n");
    repository.write("ch04-queue/CMakeLists.txt",
                     "add_executable(ch04-a a-stage/main.cpp a-stage/here/word.cpp)\n"
                     "set(program ${CMAKE_CURRENT_BINARY_DIR}/ch04-a" +
                         suffix + file_suffix(platform) +
                         ")\n"
                         "add_custom_command(OUTPUT ${program}\n    COMMAND " +
                         compiler +
                         " -std=c++20 -static -o ${program}"
                         " ${CMAKE_CURRENT_SOURCE_DIR}/a-stage/main.cpp"
                         " ${CMAKE_CURRENT_SOURCE_DIR}/a-stage/there/word.cpp\n"
                         "    DEPENDS a-stage/main.cpp a-stage/there/word.cpp)\n"
                         "add_custom_target(ch04-a" +
                         suffix + " DEPENDS ${program})\n");
    repository.write("CMakeLists.txt",
                     "cmake_minimum_required(VERSION 3.20)\nproject(small CXX)\n"
                     "add_subdirectory(ch04-queue)\n");
    const auto configured =
        run_command({"cmake", "-G", "Ninja", "-B", "build", "-S", "."}, repository.root());
    CAPTURE(configured.output);
    REQUIRE(configured.status == 0);
}

void check_platform(Platform platform, const std::string& compiler) {
    const bool sanitized = !std::string_view(WORKSHOP_SANITIZER).empty();
    if (const std::string why = why_no_platform(platform); sanitized || !why.empty()) {
        MESSAGE("skipped: " << why << WORKSHOP_SANITIZER);
        return;
    }
    const Repository repository;
    make_stage(repository, platform, compiler);
    const auto right = repository.ask({"check", "ch04/a"});
    CAPTURE(right.output);
    CHECK(right.status == 0);
    CHECK(right.output.find("note") == std::string::npos);

    const auto mutant = repository.ask({"check", "--json", "ch04/a/mutants/elsewhere"});
    CAPTURE(mutant.output);
    CHECK(mutant.output.find(R"("case": "elsewhere")") != std::string::npos);
    CHECK(mutant.output.find(R"("expectation": "output")") != std::string::npos);

    repository.ask({"start", "ch04/a"});
    repository.write("work/ch04/a-stage/before/word.cpp", "no part of any program\n");
    const auto own = repository.ask({"check", "work/ch04/a"});
    CAPTURE(own.output);
    CHECK(own.status == 0);
    repository.write("work/ch04/a-stage/there/word.cpp",
                     "extern const char* word;\nconst char* word = \"nowhere\\n\";\n");
    const auto wrong = repository.ask({"check", "work/ch04/a"});
    CAPTURE(wrong.output);
    CHECK(wrong.status == 1);
    CHECK(wrong.output.find("work/ch04/a/program" + target_suffix(platform) +
                            file_suffix(platform) + "\n") != std::string::npos);

    repository.write("ch04-queue/CMakeLists.txt",
                     "add_executable(ch04-a a-stage/main.cpp a-stage/here/word.cpp)\n");
    const auto left_out = repository.ask({"check", "ch04/a"});
    CAPTURE(left_out.output);
    CHECK(left_out.status == 0);
    CHECK(left_out.output.find("case 'elsewhere' is not judged: ") != std::string::npos);
}

}  // namespace

TEST_CASE("a case for another processor is built for it and runs in its emulator") {
    check_platform(Platform::aarch64, "aarch64-linux-gnu-g++");
}

TEST_CASE("a case for Windows is built for it and runs under Wine") {
    check_platform(Platform::windows, "x86_64-w64-mingw32-g++-posix");
}
