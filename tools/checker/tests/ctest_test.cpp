// What CTest makes of a reader's own copies, which come and go without CMake's knowledge.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "repository.hpp"

namespace fs = std::filesystem;
using checker::run_command;
using checker_tests::Repository;

TEST_CASE("ctest lists the reader's own copies, each once, as soon as they are there") {
    const Repository repository;
    const fs::path& root = repository.root();
    fs::copy(fs::path(CHECKER_TESTS) / "../..", root / "tools", fs::copy_options::recursive);
    fs::copy_file(fs::path(CHECKER_TESTS) / "../../../CTestTestfile.cmake",
                  root / "CTestTestfile.cmake");
    repository.write("ch04-queue/CMakeLists.txt",
                     "cmake_minimum_required(VERSION 3.20)\nproject(queue CXX)\n"
                     "include(${CMAKE_CURRENT_SOURCE_DIR}/../tools/cmake/checks.cmake)\n");
    repository.write("CMakeLists.txt",
                     "cmake_minimum_required(VERSION 3.20)\nproject(small CXX)\nenable_testing()\n"
                     "add_subdirectory(ch04-queue)\n");
    const auto configured = run_command({"cmake", "-G", "Ninja", "-B", "build", "-S", "."}, root);
    CAPTURE(configured.output);
    REQUIRE(configured.status == 0);
    const auto own_tests = [&] {
        const auto listed = run_command({"ctest", "-N", "-L", "ch04"}, root);
        CAPTURE(listed.output);
        CHECK(listed.status == 0);
        std::vector<std::string> names;
        for (const auto line : checker::split_lines(listed.output)) {
            if (const auto at = line.find("work.ch04-"); at != std::string_view::npos) {
                names.emplace_back(line.substr(at));
            }
        }
        std::ranges::sort(names);
        return names;
    };
    CHECK(own_tests().empty());
    for (const char* copy : {"01-task", "01-old", "02", "a-stage", "notes", "03x"}) {
        fs::create_directories(root / "work/ch04" / copy);
    }
    CHECK(own_tests() == std::vector<std::string>{"work.ch04-01", "work.ch04-02", "work.ch04-a"});
}
