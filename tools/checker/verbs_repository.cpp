// Verbs for whoever changes the workshop itself.
#include <algorithm>
#include <iostream>

#include "build.hpp"
#include "carry.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "lint.hpp"
#include "verbs.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

fs::path scratch_root(const Catalog& catalog, const Options& options) {
    return Builder(catalog.root(), options.build).own_folder() / "scratch";
}

void print(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        std::cout << line << "\n";
    }
}

bool lies_in(const fs::path& file, const fs::path& folder) {
    return file == folder || is_below(file, folder);
}

// What `what` names, as folders: chapters, stages, exercises. All of it if nothing is named.
std::vector<fs::path> named_folders(const Catalog& catalog, const Options& options) {
    std::vector<fs::path> folders;
    for (const std::string& what : options.what) {
        const auto& entries = catalog.entries();
        const auto chapter = std::ranges::find(entries, what, &Entry::chapter);
        folders.push_back(chapter == entries.end() ? catalog.entry(what).folder
                                                   : chapter->chapter_folder);
    }
    if (folders.empty()) {
        folders.push_back(catalog.root());
    }
    return folders;
}

}  // namespace

int carry_forward(const Catalog& catalog, const Options& options) {
    if (options.what.size() != 2) {
        throw UsageError("carry takes a stage and one of its files: carry ch04/a poll.cpp");
    }
    const Entry& entry = catalog.entry(options.what[0]);
    const StageFile origin{&entry, fs::path(options.what[1]).lexically_normal().string()};
    const Carried carried =
        carry(catalog, read_specs(catalog), origin, scratch_root(catalog, options));
    print(carried.done);
    print(carried.to_read);
    print(carried.lost);
    if (carried.done.empty() && carried.lost.empty()) {
        std::cout << origin.name() << ": nothing to do\n";
    }
    return carried.lost.empty() ? 0 : exit_failed;
}

int lint(const Catalog& catalog, const Options& options) {
    const auto folders = named_folders(catalog, options);
    if (options.fix) {
        print(fix(survey(catalog, options.verbs), scratch_root(catalog, options)));
    }
    const Survey seen = survey(catalog, options.verbs);
    Problems problems = options.lineage_only    ? lineage_problems(catalog, seen.specs)
                        : options.type_commands ? type_commands(seen, folders)
                                                : lint(seen);
    if (options.lineage_only) {  // a check.json that can't be read has no lineage to trust
        problems.insert(problems.end(), seen.problems.begin(), seen.problems.end());
    }
    bool failed = false;
    for (const Problem& problem : problems) {
        if (std::ranges::any_of(
                folders, [&](const fs::path& folder) { return lies_in(problem.file, folder); })) {
            failed = failed || !problem.warning;
            std::cout << one_line(problem, catalog.root()) << "\n";
        }
    }
    return failed ? exit_failed : 0;
}

}  // namespace checker
