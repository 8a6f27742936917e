// Verbs about the reader's own copies, and what there is to copy.
#include <algorithm>
#include <iostream>

#include "progress.hpp"
#include "spec.hpp"
#include "trial.hpp"
#include "verbs.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

// What the reader's copy begins as: the starter, or the stage before. The first stage of its line
// has nothing before it: a copy of itself, to try things out on; with `itself` any stage's is.
fs::path beginning_of(const Catalog& catalog, const Entry& entry, bool itself) {
    if (entry.is == Entry::Is::exercise) {
        return entry.folder / "starter";
    }
    const Spec spec = read_spec(entry.folder / "check.json");
    return itself || spec.from.empty() ? entry.folder : catalog.entry(spec.from.front()).folder;
}

// Made under another name first, so that a full disk leaves no half copy behind.
fs::path prepare_copy(const Catalog& catalog, const Entry& entry, bool itself) {
    const fs::path from = beginning_of(catalog, entry, itself);
    const fs::path fresh = entry.work_folder(catalog.root()).string() + ".new";
    fs::remove_all(fresh);
    fs::create_directories(fresh);
    for (const fs::path& file : files_to_edit(from)) {
        const fs::path to = fresh / file.lexically_relative(from);
        fs::create_directories(to.parent_path());
        fs::copy_file(file, to);
    }
    return fresh;
}

void tell_copy(const Catalog& catalog, const Entry& entry) {
    const bool exercise = entry.is == Entry::Is::exercise;
    std::cout << "your copy: " << shown(catalog, entry.work_folder(catalog.root())) << "\n";
    if (exercise) {
        std::cout << "the task:  " << shown(catalog, entry.folder / "README.md") << "\n";
    }
    std::cout << "check it:  tools/workshop check " << own_progress_id(entry) << "\n";
}

// Renaming can't replace a folder that has something in it: rename(2), ENOTEMPTY.
fs::path move_to_trash(const Catalog& catalog, const Entry& entry) {
    const fs::path copy = entry.work_folder(catalog.root());
    const fs::path trash = catalog.root() / "work/.trash" / entry.chapter;
    fs::create_directories(trash);
    for (int n = 1;; ++n) {
        const fs::path place = trash / (copy.filename().string() + "-" + std::to_string(n));
        if (!fs::exists(place)) {
            fs::rename(copy, place);
            return place;
        }
    }
}

// Behind the title: how it stands with the reader's copy, and why it can't be judged.
std::string remarks(const Catalog& catalog, const Entry& entry, const Record& record,
                    const Spec& spec) {
    std::string text;
    const fs::path copy = entry.work_folder(catalog.root());
    if (fs::is_directory(copy)) {
        const bool passed = record.passed.contains(own_progress_id(entry));
        text += "  (" + std::string(passed ? "passed: " : "begun: ") + shown(catalog, copy) + ")";
    }
    if (const std::string why = why_not_here(spec); !why.empty()) {
        text += "  (can't be checked here: " + why + ")";
    }
    return text;
}

void list_entry(const Catalog& catalog, const Entry& entry, const Record& record) {
    const Spec spec = read_spec(entry.folder / "check.json");
    const bool exercise = entry.is == Entry::Is::exercise;
    const bool begun = fs::is_directory(entry.work_folder(catalog.root()));
    const std::string mark = record.passed.contains(entry.id()) ? "✓" : begun ? "…" : " ";
    std::cout << "  " << mark << " " << entry.id() << (exercise ? "  exercise: " : "   ")
              << spec.title << remarks(catalog, entry, record, spec) << "\n";
}

}  // namespace

std::string shown(const Catalog& catalog, const fs::path& path) {
    return path.lexically_relative(catalog.root()).string();
}

void make_own_copy(const Catalog& catalog, const Entry& entry, bool itself) {
    const fs::path fresh = prepare_copy(catalog, entry, itself);
    fs::rename(fresh, entry.work_folder(catalog.root()));
    tell_copy(catalog, entry);
}

int start(const Catalog& catalog, const Options& options) {
    const Entry& entry = catalog.entry(options.what.front());
    const fs::path target = entry.work_folder(catalog.root());
    if (fs::exists(target)) {
        throw UsageError(shown(catalog, target) +
                         " is there already, and nothing was changed; go on with it, or begin "
                         "anew: tools/workshop reset " +
                         entry.id());
    }
    make_own_copy(catalog, entry, options.itself);
    Progress(catalog).begun(entry);
    return 0;
}

int reset(const Catalog& catalog, const Options& options) {
    const Entry& entry = catalog.entry(options.what.front());
    const fs::path copy = entry.work_folder(catalog.root());
    if (!fs::is_directory(copy)) {
        throw UsageError("you have no copy of " + entry.id() + " yet: tools/workshop start " +
                         entry.id());
    }
    const fs::path fresh = prepare_copy(catalog, entry, options.itself);
    const fs::path old = move_to_trash(catalog, entry);
    std::cout << "the old copy is kept: " << shown(catalog, old) << "\n";
    fs::rename(fresh, copy);
    tell_copy(catalog, entry);
    Progress(catalog).reset(entry);
    return 0;
}

int list(const Catalog& catalog, const Options& options) {
    std::vector<std::string> wanted;
    for (const std::string& what : options.what) {
        for (const Subject& subject : catalog.resolve(what)) {
            wanted.push_back(subject.entry.chapter);
        }
    }
    const Progress progress(catalog);
    const Record record = progress.read();
    std::string chapter;
    for (const Entry& entry : catalog.entries()) {
        if (!wanted.empty() && std::ranges::count(wanted, entry.chapter) == 0) {
            continue;
        }
        if (entry.chapter != chapter) {
            chapter = entry.chapter;
            std::cout << entry.chapter_folder.filename().string() << "\n";
        }
        list_entry(catalog, entry, record);
    }
    progress.refresh();
    std::cout << "next: " << next_step(catalog, record).text << "\n";
    return 0;
}

}  // namespace checker
