// A fault of the repository itself, as lint tells it. No verdict on a program.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "text.hpp"

namespace checker {

/// What is wrong at one place, and what to do about it.
struct Problem {
    std::filesystem::path file;
    int line = 0;  ///< from 1; 0: the file as a whole
    std::string what;
    std::string remedy;    ///< empty if `what` says it
    bool warning = false;  ///< told, but no reason to fail
};
using Problems = std::vector<Problem>;

/// The same fault, in lint's words.
[[nodiscard]] Problem problem_of(const SpecError& error);

/// "FILE:LINE: what; what to do", the file relative to `root`. No newline.
[[nodiscard]] std::string one_line(const Problem& problem, const std::filesystem::path& root);

}  // namespace checker
