// The commands that pages tell a reader to type: where they stand, and what becomes of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint.hpp"
#include "markdown.hpp"

namespace checker {

/// A command in a block and what the page says that it printed.
struct Typed {
    int line = 0;
    std::string command;
    std::vector<std::string> output;
};

/// Whether the block is for a terminal: by its language, or by how it begins.
[[nodiscard]] bool is_terminal(const CodeBlock& block);

/// Why the page says that the block can't be run; nothing if it doesn't say so.
[[nodiscard]] std::optional<std::string> not_run(const CodeBlock& block);

/// Behind "$ " where there is one; else each line is a command.
[[nodiscard]] std::vector<Typed> typed_in(const CodeBlock& block);

/// A command line's words up to a comment.
[[nodiscard]] std::vector<std::string> words_of(std::string_view command);

/// Types all commands of the pages below `folders` at the repository's root, page by page from top
/// to bottom, and tells which end otherwise than they should: with 0, a check of an own copy also
/// with 1, ctest where there is one with 8. `watch` is interrupted after a while; `test` is left
/// out. The tools' manuals are, too. Each page begins without work/: it waits in work.aside/
/// meanwhile. Throws UsageError, before anything runs, if that is there already.
[[nodiscard]] Problems type_commands(const Survey& survey,
                                     const std::vector<std::filesystem::path>& folders);

}  // namespace checker
