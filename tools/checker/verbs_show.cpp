// Verbs that show and change nothing but what the reader has seen: differences, hints.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

#include "build.hpp"
#include "lesson.hpp"
#include "progress.hpp"
#include "spec.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

/// The files of one side of a difference: as they are called below its folder → where they are.
using Files = std::map<std::string, fs::path>;

Files lesson_files(const fs::path& folder) {
    Files files;
    for (const fs::path& file : files_to_edit(folder)) {
        files[file.lexically_relative(folder).string()] = file;
    }
    return files;
}

struct Difference {
    std::string of;  ///< for the sentence that there is none
    Files before;
    Files after;
};

// The files of the parents that the stage has in another form; those of the first that it has no
// more. Carried files are the same by definition, also under another name.
Difference from_parents(const Catalog& catalog, const Entry& entry, const Spec& spec) {
    Difference difference{.of = entry.id(), .before = {}, .after = lesson_files(entry.folder)};
    for (const auto& [name, source] : spec.carries) {
        difference.after.erase(name);
    }
    for (const std::string& parent : spec.from) {
        for (const auto& [name, file] : lesson_files(catalog.entry(parent).folder)) {
            const bool carried = std::ranges::any_of(spec.carries, [&](const auto& carry) {
                return carry.first == name || carry.second == parent + "/" + name;
            });
            if (!carried && (parent == spec.from.front() || difference.after.contains(name))) {
                difference.before.emplace(name, file);
            }
        }
    }
    return difference;
}

// Of what is there: the reader's copy, else the starter.
Difference to_solution(const Catalog& catalog, const Entry& entry, bool from_starter) {
    const fs::path copy = entry.work_folder(catalog.root());
    const bool own = !from_starter && fs::is_directory(copy);
    return {.of = entry.id(),
            .before = lesson_files(own ? copy : entry.folder / "starter"),
            .after = lesson_files(entry.folder / "solution")};
}

Difference to_part(const Catalog& catalog, const Subject& subject) {
    const Entry& entry = subject.entry;
    if (subject.is == Subject::Is::variant) {
        return {subject.id(), lesson_files(entry.folder), lesson_files(subject.source)};
    }
    if (subject.is == Subject::Is::work && entry.is == Entry::Is::stage) {
        return {subject.id(), lesson_files(subject.source), lesson_files(entry.folder)};
    }
    return to_solution(catalog, entry, subject.is != Subject::Is::work);
}

bool on_a_terminal() {
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) != 0 && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

// Empty if they are the same. A file that isn't there is an empty path.
std::string differ(const Catalog& catalog, const fs::path& before, const fs::path& after) {
    const auto label = [&](const fs::path& file) {
        return "--label=" + (file.empty() ? "/dev/null" : shown(catalog, file));
    };
    const auto place = [](const fs::path& file) {
        return file.empty() ? std::string("/dev/null") : file.string();
    };
    std::vector<std::string> command{"diff", "-u", label(before), label(after)};
    if (on_a_terminal()) {
        command.push_back("--color=always");  // diff itself writes to a pipe
    }
    command.insert(command.end(), {place(before), place(after)});
    const auto result = run_command(command, catalog.root());
    if (result.status > 1) {
        throw std::runtime_error("diff: " + result.output);
    }
    return result.output;
}

int print(const Catalog& catalog, const Difference& difference) {
    std::map<std::string, std::pair<fs::path, fs::path>> pairs;
    for (const auto& [name, file] : difference.before) {
        pairs[name].first = file;
    }
    for (const auto& [name, file] : difference.after) {
        pairs[name].second = file;
    }
    bool any = false;
    for (const auto& [name, pair] : pairs) {
        const std::string text = differ(catalog, pair.first, pair.second);
        any = any || !text.empty();
        std::cout << text;
    }
    if (!any) {
        std::cout << difference.of << ": no difference\n";
    }
    return 0;
}

}  // namespace

int diff(const Catalog& catalog, const Options& options) {
    const std::string& what = options.what.front();
    if (!catalog.names_entry(what)) {
        const Subject subject = catalog.subject(what);
        if (subject.is == Subject::Is::mutant) {
            std::cout << read_file(subject.source);  // it is a difference already
            return 0;
        }
        return print(catalog, to_part(catalog, subject));
    }
    const Entry& entry = catalog.entry(what);
    if (entry.is == Entry::Is::exercise) {
        return print(catalog, to_solution(catalog, entry, false));
    }
    const Spec spec = read_spec(entry.folder / "check.json");
    if (spec.from.empty()) {
        std::cout << entry.id() << " is the first of its line: there is nothing before it\n";
        return 0;
    }
    return print(catalog, from_parents(catalog, entry, spec));
}

int hint(const Catalog& catalog, const Options& options) {
    const Entry& entry = catalog.entry(options.what.front());
    const fs::path task = entry.folder / "README.md";
    const auto hints =
        fs::is_regular_file(task) ? folded_parts(read_file(task)) : std::vector<Folded>();
    if (hints.empty()) {
        throw UsageError(entry.id() + " has no hints; the lesson is " +
                         shown(catalog, entry.chapter_folder / "README.md"));
    }
    const Progress progress(catalog);
    const auto all_shown = progress.read().hints;
    const auto known = all_shown.find(own_progress_id(entry));
    const std::size_t before =
        options.again || known == all_shown.end() ? 0 : std::min(known->second, hints.size());
    if (before == hints.size()) {
        std::cout << "these were all " << hints.size() << " hints of " << entry.id()
                  << " (--again begins with the first); the model answer: tools/workshop diff "
                  << entry.id() << "\n";
        return 0;
    }
    std::cout << hints[before].summary << "   (" << before + 1 << " of " << hints.size() << ")\n\n"
              << hints[before].text << "\n";
    progress.hinted(entry, before + 1);
    return 0;
}

}  // namespace checker
