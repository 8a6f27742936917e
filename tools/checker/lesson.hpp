// Headings of a lesson as a Markdown host links to them: which exist, and how the text below one
// begins.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

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

}  // namespace checker
