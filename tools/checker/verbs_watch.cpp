// The verb that checks whenever the reader saves, and goes on to the next exercise.
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <map>
#include <utility>

#include "build.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "stop.hpp"
#include "trial.hpp"
#include "verbs.hpp"
#include "watch.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

class Watching {
public:
    Watching(const Catalog& catalog, const Options& options)
        : catalog_(catalog),
          progress_(catalog),
          builder_(catalog.root(), options.build),
          wanted_(options.what.empty() ? "" : options.what.front()) {}

    // Until nothing is left to do, or Stopped.
    void go_on() {
        if (!begin()) {
            return;
        }
        tell_containment();
        for (;;) {
            // Before the look, so that what is saved meanwhile is seen in the next turn.
            FolderWatch saves(folders());
            if (judge() && !stays_) {
                if (!move_on()) {
                    return;
                }
                continue;
            }
            std::cout << "watching " << shown(catalog_, folders().back()) << " (Ctrl-C ends)\n"
                      << std::flush;
            saves.wait_for_change();
            saved_ = true;
        }
    }

private:
    bool begin() {
        if (wanted_.empty()) {
            return turn_to(next_step(catalog_, progress_.read()));
        }
        if (catalog_.names_entry(wanted_)) {
            make_copy_of(catalog_.entry(wanted_));
        }
        subject_ = catalog_.subject(wanted_);
        // Who asks for what is finished, or for what is not theirs to finish, wants to be there.
        stays_ = subject_.is != Subject::Is::work || subject_.entry.is == Entry::Is::stage ||
                 progress_.read().passed.contains(progress_id(subject_));
        if (subject_.is == Subject::Is::work) {
            progress_.begun(subject_.entry);
        }
        return true;
    }

    // By what was seen here, too: where no progress can be kept it would turn to the same for ever.
    bool move_on() {
        Record record = progress_.read();
        record.passed.insert(passed_.begin(), passed_.end());
        record.last = progress_id(subject_);
        return turn_to(next_exercise(catalog_, record));
    }

    // False, with a word to the reader, if there is nothing to turn to.
    bool turn_to(const NextStep& step) {
        if (step.entry == nullptr) {
            std::cout << "next: " << step.text << "\n";
            return false;
        }
        std::cout << "next: " << step.what << "\n" << std::flush;
        if (step.what != step.entry->id() || step.entry->is == Entry::Is::exercise) {
            make_copy_of(*step.entry);
            progress_.begun(*step.entry);
        }
        subject_ = catalog_.subject(step.what);
        return true;
    }

    void make_copy_of(const Entry& entry) const {
        if (entry.is == Entry::Is::exercise && !fs::exists(entry.work_folder(catalog_.root()))) {
            make_own_copy(catalog_, entry, false);
        }
    }

    std::vector<fs::path> folders() const {
        std::vector<fs::path> folders{subject_.entry.folder};
        if (subject_.is == Subject::Is::work) {
            folders.push_back(subject_.source);
        }
        return folders;
    }

    // Prints the verdict; whether it is a pass. Nothing that a reader saves ends the watch.
    bool judge() {
        if (subject_.is == Subject::Is::work && !fs::is_directory(subject_.source)) {
            std::cout << shown(catalog_, subject_.source)
                      << " is gone; a new one: tools/workshop start " << subject_.entry.id()
                      << "\n";
            return false;
        }
        try {
            const Verdict verdict =
                try_subject(subject_, builder_, {.seed = fresh_seed(), .only_mode = std::nullopt});
            clear_screen();
            std::cout << text_report(verdict, catalog_.root()) << std::flush;
            if (verdict.is != Verdict::Is::passed) {
                return false;
            }
            progress_.passed(subject_);
            passed_[progress_id(subject_)] = "";
            return true;
        } catch (const std::exception& problem) {
            std::cout << "checker: " << problem.what() << "\n";
            return false;
        }
    }

    // When the new verdict is there, not before; and never what led from one exercise to the next.
    void clear_screen() {
        if (std::exchange(saved_, false) && ::isatty(STDOUT_FILENO) != 0) {
            std::cout << "\033[H\033[2J\033[3J" << std::flush;
        }
    }

    const Catalog& catalog_;
    const Progress progress_;
    const Builder builder_;
    const std::string wanted_;
    std::map<std::string, std::string> passed_;  // as in Record
    Subject subject_;
    bool stays_ = false;
    bool saved_ = false;  // since the last verdict
};

}  // namespace

int watch(const Catalog& catalog, const Options& options) {
    try {
        Watching(catalog, options).go_on();
    } catch (const Stopped& stopped) {
        if (stopped.signal != SIGINT) {
            throw;
        }
        std::cout << "\n";
    }
    return 0;
}

}  // namespace checker
