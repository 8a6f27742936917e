// A small repository, made for a test, and the checker as a program to ask about it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "build.hpp"

namespace checker_tests {

// One chapter with one stage and one exercise; no build tree is needed for what is asked here.
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

    checker::CommandResult ask(std::vector<std::string> question) const {
        std::vector<std::string> argv{CHECKER_PROGRAM, "--root", root_.string(), "--build",
                                      (root_ / "build").string()};
        argv.insert(argv.end(), question.begin(), question.end());
        return checker::run_command(argv, "/");
    }

private:
    std::filesystem::path root_;
};

}  // namespace checker_tests
