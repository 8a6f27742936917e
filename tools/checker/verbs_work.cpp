// Verbs about the reader's own copies, and what there is to copy.
#include <algorithm>
#include <iostream>

#include "spec.hpp"
#include "verbs.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

// Own files only: what the reader is to edit, not what judges it.
void copy_for_editing(const fs::path& from, const fs::path& to) {
    for (const auto& file : fs::directory_iterator(from)) {
        const auto extension = file.path().extension();
        if (file.is_regular_file() && extension != ".json" && extension != ".txt") {
            fs::copy_file(file.path(), to / file.path().filename());
        }
    }
}

}  // namespace

int start(const Catalog& catalog, const Options& options) {
    const Entry& entry = catalog.entry(options.what.front());
    const fs::path target = entry.work_folder(catalog.root());
    const std::string shown = target.lexically_relative(catalog.root()).string();
    if (fs::exists(target)) {
        throw UsageError(shown +
                         " is there already, and nothing was changed; go on with it, or "
                         "move it away to begin anew");
    }
    const bool exercise = entry.is == Entry::Is::exercise;
    fs::path from = entry.folder / "starter";
    if (!exercise) {
        const Spec spec = read_spec(entry.folder / "check.json");
        // The first of its line has nothing before it: a copy of itself, to try things out on.
        from = spec.from.empty() ? entry.folder : catalog.entry(spec.from.front()).folder;
    }
    // Made under another name first, so that a full disk leaves no half exercise behind.
    const fs::path fresh = target.string() + ".new";
    fs::remove_all(fresh);
    fs::create_directories(fresh);
    copy_for_editing(from, fresh);
    fs::rename(fresh, target);
    std::cout << "your copy: " << shown << "\n";
    if (exercise) {
        std::cout << "the task:  "
                  << (entry.folder / "README.md").lexically_relative(catalog.root()).string()
                  << "\n";
    }
    std::cout << "check it:  tools/workshop check " << (exercise ? "" : "work/") << entry.id()
              << "\n";
    return 0;
}

int list(const Catalog& catalog, const Options& options) {
    std::vector<std::string> wanted;
    for (const std::string& what : options.what) {
        for (const Subject& subject : catalog.resolve(what)) {
            wanted.push_back(subject.entry.chapter);
        }
    }
    std::string chapter;
    for (const Entry& entry : catalog.entries()) {
        if (!wanted.empty() && std::ranges::count(wanted, entry.chapter) == 0) {
            continue;
        }
        if (entry.chapter != chapter) {
            chapter = entry.chapter;
            std::cout << entry.chapter_folder.filename().string() << "\n";
        }
        const Spec spec = read_spec(entry.folder / "check.json");
        std::cout << "  " << entry.id() << "  "
                  << (entry.is == Entry::Is::exercise ? "exercise: " : "") << spec.title << "\n";
    }
    return 0;
}

}  // namespace checker
