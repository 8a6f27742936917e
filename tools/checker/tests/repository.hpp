// A small repository, made for a test, and the checker as a program to ask about it.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "build.hpp"
#include "text.hpp"

namespace checker_tests {

// One chapter with one stage and one exercise; it has a build tree only if it is given one.
class Repository {
public:
    Repository() : root_(CHECKER_SCRATCH "-command line") {
        std::filesystem::remove_all(root_);
        write("ch04-queue/a-stage/check.json", R"({"title": "A stage", "args": ["${server}"]})");
        write("ch04-queue/a-stage/expected.txt", "FINISHED\n");
        write("ch04-queue/exercises/01-task/check.json", R"({"title": "A task"})");
        write("ch04-queue/exercises/01-task/expected.txt", "FINISHED\n");
        write("ch04-queue/exercises/01-task/starter/task.cpp", "int answer();\n");
    }
    ~Repository() { std::filesystem::remove_all(root_); }

    void write(const std::string& file, const std::string& text) const {
        std::filesystem::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file, std::ios::binary) << text;
    }
    const std::filesystem::path& root() const { return root_; }
    std::string read(const std::string& file) const { return checker::read_file(root_ / file); }

    /// An exercise like ch04/01: its program prints FINISHED if task.cpp answers 42. It has two
    /// hints.
    void add_exercise(const std::string& name) const {
        const std::string folder = "ch04-queue/exercises/" + name + "/";
        write(folder + "check.json", R"({"title": "A task"})");
        write(folder + "expected.txt", "FINISHED\n");
        write(folder + "README.md",
              "# T\n<details><summary>Hint 1: think</summary>\n\nHard.\n"
              "</details>\n<details>\n<summary>Hint 2: look</summary>\n"
              "At it.\n\n</details>\n");
        write(folder + "main.cpp",
              "#include <cstdio>\nint answer();\n"
              "int main() { std::puts(answer() == 42 ? \"FINISHED\" : \"no\"); }\n");
        write(folder + "starter/task.cpp", "int answer() { return 1; }\n");
        write(folder + "solution/task.cpp", "int answer() { return 42; }\n");
    }

    /// Gives it a build tree with ch04/a, which passes, and exercises 01 and 02.
    void configure() const {
        write("ch04-queue/a-stage/check.json", R"({"title": "A stage"})");
        write("ch04-queue/a-stage/main.cpp",
              "#include <cstdio>\nint main() { std::puts(\"FINISHED\"); }\n");
        std::string targets = "add_executable(ch04-a a-stage/main.cpp)\n";
        for (const std::string key : {"01", "02"}) {
            add_exercise(key + "-task");
            for (const std::string kind : {"starter", "solution"}) {
                const std::string folder = " exercises/" + key + "-task/";
                targets += "add_executable(ch04-" + key + "-" + kind + folder + "main.cpp" +
                           folder + kind + "/task.cpp)\n";
            }
        }
        write("ch04-queue/CMakeLists.txt", targets);
        write("CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.20)\nproject(small CXX)\n"
              "add_subdirectory(ch04-queue)\n");
        const auto result =
            checker::run_command({"cmake", "-G", "Ninja", "-B", "build", "-S", "."}, root_);
        if (result.status != 0) {
            throw std::runtime_error("cmake: " + result.output);
        }
    }

    std::vector<std::string> command(const std::vector<std::string>& question) const {
        std::vector<std::string> argv{CHECKER_PROGRAM, "--root", root_.string(), "--build",
                                      (root_ / "build").string()};
        argv.insert(argv.end(), question.begin(), question.end());
        return argv;
    }
    checker::CommandResult ask(const std::vector<std::string>& question) const {
        return checker::run_command(command(question), "/");
    }

private:
    std::filesystem::path root_;
};

}  // namespace checker_tests
