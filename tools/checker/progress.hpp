// What the reader has done, kept in work/progress.json, and what comes next. It judges nothing, and
// nothing depends on it: where it can't be kept everything else goes on.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "catalog.hpp"

namespace checker {

/// The name under which a pass is remembered: "ch04/a", "ch04/01" for the reader's copy of an
/// exercise, "work/ch04/a" for one of a stage. Empty for what is not remembered: solutions,
/// starters, mutants and variants.
std::string progress_id(const Subject& subject);
/// The same for the reader's own copy of `entry`.
std::string own_progress_id(const Entry& entry);

/// The file as it was read.
struct Record {
    std::map<std::string, std::string> passed;  ///< progress_id() → ISO date (UTC)
    std::map<std::string, std::size_t> hints;   ///< progress_id() → how many were shown
    std::string last;                           ///< progress_id() of what was last worked on
    std::string next;                           ///< NextStep::text, for tools/workshop
};

/// What the reader does next.
struct NextStep {
    const Entry* entry = nullptr;  ///< null: all that can be judged here has passed
    std::string what;              ///< as `check` and `watch` take it: "ch04/01", "work/ch04/a"
    std::string text;              ///< a command line, with a comment behind it
};

/// What was last worked on, until it passes; then the first that has not passed, in the order of
/// the lesson from there on and around. What can't be judged here is passed over.
NextStep next_step(const Catalog& catalog, const Record& record);

/// The same among exercises only, and never what was last worked on if it has passed.
NextStep next_exercise(const Catalog& catalog, const Record& record);

/// Several processes may write at once: they take turns, and keep each other's entries and every
/// key they don't know. None of its functions throws for what is wrong with the file or the folder;
/// one line on stderr tells. A file that is no such record is moved aside, to
/// work/progress.json.broken.
class Progress {
public:
    /// The catalog must outlive it. Reads nothing yet.
    explicit Progress(const Catalog& catalog);

    Record read() const;
    /// Passed in all modes, today unless it had passed before. An own copy becomes the last thing
    /// worked on.
    void passed(const Subject& subject) const;
    /// The reader turns to their own copy.
    void begun(const Entry& entry) const;
    /// The reader begins an own copy anew.
    void reset(const Entry& entry) const;
    /// So many of its hints were shown.
    void hinted(const Entry& entry, std::size_t hints) const;
    /// Corrects the next step that tools/workshop tells, if there is a record.
    void refresh() const;

private:
    void update(const std::function<void(nlohmann::json&)>& change) const;
    nlohmann::json load_locked() const;
    void tell(const std::string& what) const;

    const Catalog& catalog_;
    std::filesystem::path file_;
    std::filesystem::path lock_;
    mutable bool told_ = false;
};

}  // namespace checker
