// `from` makes a graph of entries, `carries` one of files. Both are walked by name.
#include "lineage.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "json_positions.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

const Entry* entry_with_id(const Catalog& catalog, std::string_view id) {
    const auto found = std::ranges::find(catalog.entries(), id, &Entry::id);
    return found == catalog.entries().end() ? nullptr : &*found;
}

using Names = std::vector<std::string>;
using Next = std::function<Names(const std::string&)>;

// The way from `start` along `next` back to `start`, ends included; empty if there is none.
Names cycle_through(const std::string& start, const Next& next) {
    std::set<std::string> seen;
    Names way{start};
    const std::function<bool()> walk = [&] {
        for (const std::string& name : next(way.back())) {
            way.push_back(name);
            if (name == start || (seen.insert(name).second && walk())) {
                return true;
            }
            way.pop_back();
        }
        return false;
    };
    return walk() ? way : Names{};
}

// One cycle is one problem, told by the first of its members.
bool tells(const Names& cycle) {
    return !cycle.empty() && cycle.front() == std::ranges::min(cycle);
}

int first_different_line(const std::string& one, const std::string& other) {
    const auto [here, there] = std::ranges::mismatch(one, other);
    return 1 + static_cast<int>(std::count(one.begin(), here, '\n'));
}

class Lineage {
public:
    Lineage(const Catalog& catalog, const Specs& specs) : catalog_(catalog), specs_(specs) {}

    Problems problems() {
        for (const Entry& entry : catalog_.entries()) {
            if (const auto found = specs_.find(entry.id()); found != specs_.end()) {
                spec_ = &found->second;
                positions_ = json_positions(read_file(spec_->file), spec_->file);
                check_parents(entry);
                for (const auto& [file, source] : spec_->carries) {
                    check_carried({&entry, file}, source);
                }
            }
        }
        return std::move(problems_);
    }

private:
    void check_parents(const Entry& entry) {
        for (std::size_t i = 0; i < spec_->from.size(); ++i) {
            if (entry_with_id(catalog_, spec_->from[i]) == nullptr) {
                add(child_pointer("/from", std::to_string(i)),
                    "\"from\": there is no " + spec_->from[i],
                    "tools/workshop list shows what there is");
            }
        }
        const Names cycle =
            cycle_through(entry.id(), [&](const std::string& id) { return parents(id); });
        if (tells(cycle)) {
            add("/from", "it descends from itself: " + joined(cycle, " from "),
                "let the first of them be from nowhere");
        }
    }

    void check_carried(const StageFile& copy, const std::string& source_name) {
        const std::string pointer = child_pointer("/carries", copy.file);
        const StageFile source = stage_file(catalog_, source_name);
        const std::string carried = "\"carries\": ";
        if (source.entry == nullptr || !fs::is_regular_file(source.path())) {
            add(pointer, carried + "there is no " + source_name, "name the file it comes from");
            return;
        }
        const Names cycle =
            cycle_through(copy.name(), [&](const std::string& file) { return sources(file); });
        if (!cycle.empty()) {
            if (tells(cycle)) {
                add(pointer, carried + "it comes from itself: " + joined(cycle, " from "),
                    "let the first of them be its own");
            }
            return;
        }
        if (!fs::is_regular_file(copy.path())) {
            add(pointer, carried + copy.file + " is missing", carry_it(source));
            return;
        }
        const std::string own = read_file(copy.path());
        if (const std::string original = read_file(source.path()); own != original) {
            problems_.push_back(
                {.file = copy.path(),
                 .line = first_different_line(own, original),
                 .what = "differs from " + source_name + ", which it is carried from",
                 .remedy =
                     carry_it(source) + "; if it differs on purpose take it out of \"carries\""});
        }
    }

    static std::string carry_it(const StageFile& source) {
        return "tools/workshop carry " + source.entry->id() + " " + source.file;
    }

    Names parents(const std::string& id) const {
        const auto found = specs_.find(id);
        return found == specs_.end() ? Names{} : found->second.from;
    }

    Names sources(const std::string& name) const {
        const StageFile file = stage_file(catalog_, name);
        if (file.entry == nullptr || !specs_.contains(file.entry->id())) {
            return {};
        }
        const auto& carries = specs_.at(file.entry->id()).carries;
        const auto found = carries.find(file.file);
        return found == carries.end() ? Names{} : Names{found->second};
    }

    void add(const std::string& pointer, std::string what, std::string remedy) {
        problems_.push_back({.file = spec_->file,
                             .line = positions_.at(pointer).key,
                             .what = std::move(what),
                             .remedy = std::move(remedy)});
    }

    const Catalog& catalog_;
    const Specs& specs_;
    const Spec* spec_ = nullptr;
    JsonPositions positions_;
    Problems problems_;
};

// Whether it has a parent, or carries a file, of one of those.
bool descends(const Spec& spec, const std::set<std::string>& from) {
    return std::ranges::any_of(spec.from, [&](const auto& id) { return from.contains(id); }) ||
           std::ranges::any_of(spec.carries, [&](const auto& carried) {
               const auto& source = carried.second;
               return from.contains(source.substr(0, source.find('/', source.find('/') + 1)));
           });
}

}  // namespace

Specs read_specs(const Catalog& catalog) {
    Specs specs;
    for (const Entry& entry : catalog.entries()) {
        specs.emplace(entry.id(), read_spec(entry.folder / "check.json"));
    }
    return specs;
}

StageFile stage_file(const Catalog& catalog, const std::string& name) {
    const auto end = name.find('/', std::min(name.find('/'), name.size() - 1) + 1);
    return end == std::string::npos
               ? StageFile{}
               : StageFile{entry_with_id(catalog, name.substr(0, end)), name.substr(end + 1)};
}

Problems lineage_problems(const Catalog& catalog, const Specs& specs) {
    return Lineage(catalog, specs).problems();
}

std::vector<StageFile> copies_of(const Catalog& catalog, const Specs& specs,
                                 const StageFile& origin) {
    std::set<std::string> known{origin.name()};
    std::vector<StageFile> copies;
    for (std::size_t before = 0; before != known.size();) {  // until a turn finds nobody new
        before = known.size();
        for (const auto& [id, spec] : specs) {
            for (const auto& [file, source] : spec.carries) {
                const StageFile copy{entry_with_id(catalog, id), file};
                if (known.contains(source) && known.insert(copy.name()).second) {
                    copies.push_back(copy);
                }
            }
        }
    }
    std::ranges::sort(copies, [](const StageFile& one, const StageFile& other) {
        return std::pair(one.entry, one.file) < std::pair(other.entry, other.file);
    });
    return copies;
}

std::vector<StageFile> own_versions_of(const Catalog& catalog, const Specs& specs,
                                       const StageFile& origin) {
    const auto copies = copies_of(catalog, specs, origin);
    std::set<std::string> family{origin.entry->id()};
    for (std::size_t before = 0; before != family.size();) {
        before = family.size();
        for (const auto& [id, spec] : specs) {
            if (descends(spec, family)) {
                family.insert(id);
            }
        }
    }
    std::vector<StageFile> found;
    for (const Entry& entry : catalog.entries()) {
        if (!family.contains(entry.id()) || &entry == origin.entry) {
            continue;
        }
        for (const auto& file : fs::recursive_directory_iterator(entry.folder)) {
            const StageFile own{&entry, file.path().lexically_relative(entry.folder).string()};
            const bool alternative =
                own.file.starts_with("variants/") || own.file.starts_with("mutants/");
            if (file.is_regular_file() && !alternative &&
                file.path().filename() == fs::path(origin.file).filename() &&
                std::ranges::find(copies, own) == copies.end()) {
                found.push_back(own);
            }
        }
    }
    std::ranges::sort(found, {}, &StageFile::name);
    return found;
}

}  // namespace checker
