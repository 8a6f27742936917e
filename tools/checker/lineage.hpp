// Which file of which stage was taken over from where, and whether that is still true. It reads;
// what changes files stands in carry.hpp.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "catalog.hpp"
#include "problem.hpp"
#include "spec.hpp"

namespace checker {

/// Every entry's check.json, by the entry's id: "ch04/a".
using Specs = std::map<std::string, Spec>;

/// Throws SpecError for the first one that is wrong.
[[nodiscard]] Specs read_specs(const Catalog& catalog);

/// A file of a stage or an exercise. Points into the catalog that it came from.
struct StageFile {
    const Entry* entry = nullptr;
    std::string file;  ///< relative to the entry's folder

    [[nodiscard]] std::filesystem::path path() const { return entry->folder / file; }
    /// As `carries` writes it: "ch04/a/poll.hpp".
    [[nodiscard]] std::string name() const { return entry->id() + "/" + file; }
    bool operator==(const StageFile&) const = default;
};

/// What "ch04/a/rt/poll.hpp" means; entry is null if there is no such entry.
[[nodiscard]] StageFile stage_file(const Catalog& catalog, const std::string& name);

/// Whom `from` and `carries` name must exist, none may be its own ancestor, and a carried file must
/// equal its source byte for byte. Entries that `specs` lacks are passed over.
[[nodiscard]] Problems lineage_problems(const Catalog& catalog, const Specs& specs);

/// Who carries `origin`, at first or at further hand, in the order of the lesson; without
/// `origin` itself.
[[nodiscard]] std::vector<StageFile> copies_of(const Catalog& catalog, const Specs& specs,
                                               const StageFile& origin);

/// Files of the same name in later entries that descend from `origin`'s, by `from` or by `carries`,
/// and do not carry it: they were changed on purpose.
[[nodiscard]] std::vector<StageFile> own_versions_of(const Catalog& catalog, const Specs& specs,
                                                     const StageFile& origin);

}  // namespace checker
