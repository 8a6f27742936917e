// What the command line can ask for: a function for each verb. Each prints to stdout, throws
// UsageError for a question that is wrong, and returns an exit status.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "catalog.hpp"

namespace checker {

constexpr int exit_failed = 1;
constexpr int exit_wrong_question = 2;
constexpr int exit_skipped = 77;  // CTest's SKIP_RETURN_CODE in checks.cmake

/// The command line, as main.cpp has read it. A verb looks at what concerns it.
struct Options {
    std::filesystem::path root;
    std::filesystem::path build;
    std::vector<std::string> what;
    bool json = false;
    bool load = false;
    int repeat = 1;
    std::optional<std::uint64_t> seed;
    std::string mode;
    bool fix = false;
    bool lineage_only = false;
    std::vector<std::string> verbs;  ///< all that tools/workshop knows
};

// verbs_judge.cpp
int check(const Catalog& catalog, const Options& options);
int run_stage(const Catalog& catalog, const Options& options);

// verbs_work.cpp
int list(const Catalog& catalog, const Options& options);
int start(const Catalog& catalog, const Options& options);

// verbs_repository.cpp
int carry_forward(const Catalog& catalog, const Options& options);
int lint(const Catalog& catalog, const Options& options);

}  // namespace checker
