// The copies downstream are still what the file was before: that is the base from which the
// mutants' changes are brought over. Where nobody carries it, git may know what it was.
#include "carry.hpp"

#include <algorithm>

#include "build.hpp"
#include "files.hpp"
#include "mutant.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

struct Write {
    fs::path file;
    std::string text;
};

class Carrying {
public:
    Carrying(const Catalog& catalog, const Specs& specs, const StageFile& origin,
             const fs::path& scratch_root)
        : catalog_(catalog), specs_(specs), origin_(origin), scratch_(scratch_root) {}

    Carried carry_out() {
        check_origin();
        now_ = read_file(origin_.path());
        copies_ = copies_of(catalog_, specs_, origin_);
        find_bases();
        make_mutants_anew(origin_);
        for (const StageFile& copy : copies_) {
            const bool old = !fs::is_regular_file(copy.path()) || read_file(copy.path()) != now_;
            if (old) {
                writes_.push_back({copy.path(), now_});
                carried_.done.push_back(copy.name() + ": carried from " + origin_.name());
            }
            make_mutants_anew(copy);
        }
        for (const StageFile& own : own_versions_of(catalog_, specs_, origin_)) {
            carried_.to_read.push_back(own.name() + ": not carried, it was changed on purpose; " +
                                       "see whether it needs the change too");
        }
        for (const Write& write : writes_) {
            replace_file(write.file, write.text);
        }
        return std::move(carried_);
    }

private:
    void check_origin() const {
        if (!fs::is_regular_file(origin_.path())) {
            throw UsageError("there is no " + origin_.name());
        }
        const auto& carries = specs_.at(origin_.entry->id()).carries;
        if (const auto found = carries.find(origin_.file); found != carries.end()) {
            const StageFile source = stage_file(catalog_, found->second);
            if (source.entry == nullptr || !fs::is_regular_file(source.path()) ||
                read_file(source.path()) != read_file(origin_.path())) {
                throw UsageError(origin_.name() + " is itself carried from " + found->second +
                                 " and differs from it: make the change there, and carry that");
            }
        }
    }

    void find_bases() {
        const StageFile* old = nullptr;
        for (const StageFile& copy : copies_) {
            if (!fs::is_regular_file(copy.path())) {
                continue;
            }
            std::string text = read_file(copy.path());
            if (text == now_ || (!bases_.empty() && bases_.front() == text)) {
                continue;
            }
            if (old != nullptr) {
                throw UsageError("the copies differ: " + old->name() + " and " + copy.name() +
                                 "; one was changed by itself. Bring its change to " +
                                 origin_.name() + " and make the two equal, then carry again");
            }
            old = &copy;
            bases_.push_back(std::move(text));
        }
        const auto committed =
            run_command({"sh", "-c", "exec git show \"HEAD:./$0\" 2>/dev/null", origin_.file},
                        origin_.entry->folder);
        if (committed.status == 0 && committed.output != now_ &&
            std::ranges::count(bases_, committed.output) == 0) {
            bases_.push_back(committed.output);
        }
    }

    void make_mutants_anew(const StageFile& touched) {
        for (const std::string& name : parts_of(*touched.entry, "mutants")) {
            const fs::path patch = touched.entry->folder / "mutants" / (name + ".patch");
            const Mutant mutant = read_mutant(patch);
            if (!mutant.touches(touched.file)) {
                continue;
            }
            const std::string id = touched.entry->id() + "/mutants/" + name;
            const auto made =
                made_anew(mutant, {touched.file, bases_, now_}, scratch_.path() / "mutant");
            if (!made) {
                carried_.lost.push_back(
                    id + ": applies no longer and was left as it is; make its mistake in a copy " +
                    "of the stage and put diff -U1 below its first two lines, or remove it");
            } else if (*made != mutant.text()) {
                writes_.push_back({patch, *made});
                carried_.done.push_back(id + ": made anew; tools/workshop check " + id);
            }
        }
    }

    const Catalog& catalog_;
    const Specs& specs_;
    StageFile origin_;
    Scratch scratch_;
    std::string now_;
    std::vector<StageFile> copies_;
    std::vector<std::string> bases_;  // what the file was before, the likeliest first
    std::vector<Write> writes_;
    Carried carried_;
};

}  // namespace

Carried carry(const Catalog& catalog, const Specs& specs, const StageFile& origin,
              const fs::path& scratch_root) {
    return Carrying(catalog, specs, origin, scratch_root).carry_out();
}

}  // namespace checker
