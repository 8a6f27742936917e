// What must not compile, and where: reads what a compiler said. It starts no compiler.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "build.hpp"
#include "judge.hpp"

namespace checker {

/// The one line of `source` that is marked `// error here`. Throws SpecError if none is, or two.
[[nodiscard]] int marked_line(const std::filesystem::path& source);

/// What g++ and clang said of one source.
struct CompileOutcome {
    std::filesystem::path source;  ///< as the compiler was given it
    std::filesystem::path folder;  ///< in which it ran: its words may name places from there
    CommandResult plain;           ///< must fail at the marked line
    CommandResult control;         ///< with -DCONTROL: must succeed
};

/// The first error, or an instantiation note that belongs to it, must name the marked line, and the
/// control must compile; nothing if so. Causes: `control`, `compiles`, `elsewhere`. Throws as
/// marked_line().
[[nodiscard]] std::optional<Finding> judge_compile_fails(const CompileOutcome& outcome);

}  // namespace checker
