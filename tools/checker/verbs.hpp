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
    bool again = false;           ///< hints: from the first
    bool itself = false;          ///< own copies: of the stage itself, not of the one before
    std::filesystem::path junit;  ///< empty: no such report
    int repeat = 1;
    std::optional<std::uint64_t> seed;
    std::string mode;
    bool fix = false;
    bool lineage_only = false;
    bool type_commands = false;
    std::vector<std::string> verbs;  ///< all that tools/workshop knows
};

// verbs_judge.cpp
int check(const Catalog& catalog, const Options& options);
int run_stage(const Catalog& catalog, const Options& options);

// verbs_work.cpp
int list(const Catalog& catalog, const Options& options);
int start(const Catalog& catalog, const Options& options);
int reset(const Catalog& catalog, const Options& options);

// verbs_show.cpp
int diff(const Catalog& catalog, const Options& options);
int hint(const Catalog& catalog, const Options& options);

// verbs_watch.cpp
int watch(const Catalog& catalog, const Options& options);

// What verbs have in common.

/// Makes the reader's copy of an exercise's starter or of the stage before (or of the stage
/// `itself`), and says on stdout where it is. It must not be there yet. Throws
/// std::filesystem::filesystem_error; no half copy is left.
void make_own_copy(const Catalog& catalog, const Entry& entry, bool itself);
/// `path` as it is told: relative to the repository.
std::string shown(const Catalog& catalog, const std::filesystem::path& path);
/// Says once if programs can't be contained here as they should.
void tell_containment();
/// Another one for each run.
std::uint64_t fresh_seed();

// verbs_repository.cpp
int carry_forward(const Catalog& catalog, const Options& options);
int lint(const Catalog& catalog, const Options& options);

}  // namespace checker
