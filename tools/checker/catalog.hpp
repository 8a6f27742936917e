// What there is in the repository: chapters, stages, exercises, and what can be judged of each. It
// reads folders, not programs.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace checker {

/// The question was wrong: exit status 2. what() is one clear line.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A stage or an exercise: a folder with a check.json.
struct Entry {
    enum class Is { stage, exercise } is = Is::stage;
    std::string chapter;                   ///< "ch04"
    std::string key;                       ///< "a", "01"
    std::filesystem::path folder;          ///< …/ch04-event-queue/a-epoll
    std::filesystem::path chapter_folder;  ///< …/ch04-event-queue

    std::string id() const { return chapter + "/" + key; }
    /// The CMake target that is right: the stage, or the exercise's solution.
    std::string target() const {
        return chapter + "-" + key + (is == Is::exercise ? "-solution" : "");
    }
    /// Where the reader's own copy is, if there is one.
    std::filesystem::path work_folder(const std::filesystem::path& root) const {
        return root / "work" / chapter / folder.filename();
    }
};

/// One program to judge.
struct Subject {
    enum class Is { right, starter, mutant, variant, work } is = Is::right;
    Entry entry;
    std::string name;              ///< of the mutant or variant
    std::filesystem::path source;  ///< the patch, the variant's folder, the work folder

    /// As the command line takes it: "ch04/a", "ch04/a/mutants/stops-at-eintr", "work/ch04/01".
    std::string id() const;
};

/// Reads the folders once. Throws std::filesystem::filesystem_error.
class Catalog {
public:
    explicit Catalog(std::filesystem::path root);

    const std::filesystem::path& root() const { return root_; }
    /// In the order of the lesson.
    const std::vector<Entry>& entries() const { return entries_; }

    /// What `what` means: ch04, ch04/a, ch04-a, 4a, ch04/01, a path, ch04/a/mutants/NAME,
    /// ch04/a/variants/NAME, ch04/01/starter, ch04/01/solution, work/ch04/01. A whole chapter is
    /// its stages and those exercises that the reader has begun. Throws UsageError.
    std::vector<Subject> resolve(std::string_view what) const;
    /// The one program that `what` means; a chapter is none. Throws UsageError.
    Subject subject(std::string_view what) const;
    /// Whether `what` names a stage or an exercise itself, not a part or the reader's copy of one.
    bool names_entry(std::string_view what) const;
    /// The one stage or exercise that `what` names; work/ch04/01 is one, too. Throws UsageError.
    const Entry& entry(std::string_view what) const;

    /// The stage or exercise with this id ("ch04/a"), or null.
    const Entry* with_id(std::string_view id) const;

private:
    /// The words of a name: {"ch04", "a"}, {"work", "ch04", "01"}, {"ch04", "a", "mutants",
    /// "NAME"}.
    std::vector<std::string> words_of(std::string_view what) const;
    const Entry& entry_of(const std::vector<std::string>& words, std::string_view what) const;
    const Entry* find(const std::string& chapter, const std::string& key) const;
    std::vector<Subject> whole_chapter(const std::string& chapter) const;
    Subject own(const Entry& entry) const;
    Subject part(const Entry& entry, const std::string& kind, const std::string& name) const;

    std::filesystem::path root_;
    std::vector<Entry> entries_;
};

/// Whether a file of this name is an editor's own: hidden, "main.cpp~", or the number that vim
/// tries a folder with.
bool is_editors_own(const std::filesystem::path& name);

/// The files below a stage's, starter's, solution's or own copy's folder that a person edits,
/// sorted: not what judges them (check.json, expected.txt and their like, mutants, variants), no
/// editor's own.
std::vector<std::filesystem::path> files_to_edit(const std::filesystem::path& folder);

/// The names of an entry's mutants or variants, sorted.
std::vector<std::string> parts_of(const Entry& entry, std::string_view kind);

}  // namespace checker
