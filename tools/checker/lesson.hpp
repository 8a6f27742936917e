// What is found in a lesson's Markdown: its headings as a Markdown host links to them, how the text
// below one begins, and what is folded away.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace checker {

/// Where a `teach` value like "README.md#drain-it" leads: the file is looked for in the folder of
/// check.json, then in the chapter's.
struct Heading {
    std::filesystem::path file;
    std::string anchor;
    std::string first_sentence;  ///< of the text below it, without Markdown's marks
};

/// Nothing if there is no such file or heading.
std::optional<Heading> find_heading(const std::filesystem::path& check_folder,
                                    const std::filesystem::path& chapter_folder,
                                    std::string_view reference);

/// Anchor → first sentence, for every heading of a Markdown text outside code blocks.
std::map<std::string, std::string> headings(std::string_view markdown);

/// A part that opens when it is clicked on.
struct Folded {
    std::string summary;
    std::string text;  ///< Markdown, without blank lines around it
};

/// Every <details> of a Markdown text outside code blocks, in order. One that is not closed ends
/// with the text.
std::vector<Folded> folded_parts(std::string_view markdown);

}  // namespace checker
