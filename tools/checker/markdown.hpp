// The parts of a Markdown page that can be held against something: titles, links, code blocks. No
// renderer: what our pages use is what it knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace checker {

/// Between a pair of ``` fences, indented or not.
struct CodeBlock {
    int line = 0;                    ///< of the opening fence
    std::string language;            ///< what stands behind the fence: "cpp", "" for nothing
    std::vector<std::string> lines;  ///< without the fence's indentation
    std::string above;               ///< the last line above it that isn't blank, or empty
};

/// [text](target), or [name]: target
struct Link {
    int line = 0;
    std::string target;
};

/// A heading as it is written: level 2 for "## Exercises".
struct Title {
    int line = 0;
    int level = 0;
    std::string text;
};

/// A line outside code blocks.
struct ProseLine {
    int line = 0;
    std::string text;
};

struct Markdown {
    std::vector<Title> titles;
    std::vector<Link> links;
    std::vector<CodeBlock> blocks;
    std::vector<ProseLine> prose;  ///< titles and blank lines, too
    int unclosed = 0;              ///< line of a fence that is never closed; 0: none
};

[[nodiscard]] Markdown read_markdown(std::string_view text);

}  // namespace checker
