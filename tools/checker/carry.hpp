// Brings a changed file forward: to every stage that carries it, and to the mutants of all of them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lineage.hpp"

namespace checker {

/// One line each.
struct Carried {
    std::vector<std::string> done;
    std::vector<std::string> lost;     ///< mutants that no longer apply, left as they are
    std::vector<std::string> to_read;  ///< own versions of the file, left as they are
};

/// Works out everything first and writes then, each file whole or not at all. Throws UsageError,
/// before anything is written, if there is no such file, if it is itself a copy that differs from
/// its source, or if the copies differ among each other; std::system_error.
Carried carry(const Catalog& catalog, const Specs& specs, const StageFile& origin,
              const std::filesystem::path& scratch_root);

}  // namespace checker
