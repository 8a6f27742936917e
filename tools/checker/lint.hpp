// Holds the repository against its own rules: layout, lineage, mutants, exercises, lessons. It runs
// no program of a stage.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lineage.hpp"

namespace checker {

/// What the rules look at, read once.
struct Survey {
    const Catalog& catalog;
    Specs specs;                               ///< of the entries whose check.json is right
    std::vector<std::string> verbs;            ///< of tools/workshop
    std::vector<std::filesystem::path> files;  ///< all that git doesn't ignore, sorted
    Problems problems;  ///< found on the way: check.json files that are wrong, symbolic links
};
[[nodiscard]] Survey survey(const Catalog& catalog, std::vector<std::string> verbs);

/// Everything, in order of place.
[[nodiscard]] Problems lint(const Survey& survey);

/// Repairs what needs no thought: copies that differ from their source, trailing blanks, a missing
/// last newline. One line for each thing done. Throws as carry(); what was done then stays done.
std::vector<std::string> fix(const Survey& survey, const std::filesystem::path& scratch_root);

// The rules in groups, which lint() puts together.

/// The top level, the chapters' folders, blanks and newlines.
[[nodiscard]] Problems tree_problems(const Survey& survey);
/// Each entry: what check.json names, mutants, includes, starter and solution, the CMake target.
[[nodiscard]] Problems entry_problems(const Survey& survey);
/// Each Markdown page: links, commands and their output, quoted code; a lesson's skeleton and an
/// exercise's task.
[[nodiscard]] Problems page_problems(const Survey& survey);

}  // namespace checker
