// Anchors as GitHub, GitLab and Gitea make them: lower case, punctuation dropped, blanks to
// hyphens, a number behind a repeated one.
#include "lesson.hpp"

#include <algorithm>
#include <cctype>

#include "text.hpp"

namespace checker {
namespace {

std::string anchor_of(std::string_view title) {
    std::string anchor;
    for (const char c : title) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || byte >= 0x80 || c == '-' || c == '_') {
            anchor += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
        } else if (c == ' ') {
            anchor += '-';
        }
    }
    return anchor;
}

std::string without_marks(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        if (c != '*' && c != '`') {
            plain += c;
        }
    }
    return plain;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// "<details><summary>SUMMARY</summary> TEXT" without its first tag.
Folded folded_of(std::string_view block) {
    constexpr std::string_view opens = "<summary>";
    constexpr std::string_view closes = "</summary>";
    const auto begin = block.find(opens);
    const auto end = block.find(closes);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
        return {"", std::string(trimmed(block))};
    }
    const auto summary = block.substr(begin + opens.size(), end - begin - opens.size());
    return {without_marks(trimmed(summary)),
            std::string(trimmed(block.substr(end + closes.size())))};
}

// Up to the first full stop that ends a sentence; the stop itself is dropped.
std::string first_sentence(const std::string& paragraph) {
    for (auto at = paragraph.find('.'); at != std::string::npos; at = paragraph.find('.', at + 1)) {
        if (at + 1 == paragraph.size() || paragraph[at + 1] == ' ') {
            return paragraph.substr(0, at);
        }
    }
    return paragraph;
}

}  // namespace

std::map<std::string, std::string> headings(std::string_view markdown) {
    std::map<std::string, std::string> found;
    std::map<std::string, int> repeated;
    std::string anchor;
    std::string paragraph;
    bool in_code = false;
    const auto finish_paragraph = [&] {
        if (!anchor.empty() && !paragraph.empty() && found[anchor].empty()) {
            found[anchor] = first_sentence(without_marks(paragraph));
        }
        paragraph.clear();
    };
    for (const std::string_view line : split_lines(markdown)) {
        if (line.starts_with("```")) {
            finish_paragraph();
            in_code = !in_code;
        } else if (!in_code && line.starts_with('#')) {
            finish_paragraph();
            const auto title = line.find_first_not_of("# ");
            anchor = title == std::string_view::npos ? "" : anchor_of(line.substr(title));
            if (const int times = repeated[anchor]++; times > 0) {
                anchor += "-" + std::to_string(times);
            }
            found[anchor];
        } else if (!in_code && line.empty()) {
            finish_paragraph();
        } else if (!in_code) {
            paragraph += (paragraph.empty() ? "" : " ") + std::string(line);
        }
    }
    finish_paragraph();
    return found;
}

std::vector<Folded> folded_parts(std::string_view markdown) {
    std::vector<Folded> found;
    std::optional<std::string> block;  // the one that we are in
    bool in_code = false;
    const auto finish = [&] {
        found.push_back(folded_of(*block));
        block.reset();
    };
    for (std::string_view line : split_lines(markdown)) {
        in_code = in_code != line.starts_with("```");
        if (!block && !in_code && line.starts_with("<details")) {
            line.remove_prefix(std::min(line.find('>') + 1, line.size()));
            block.emplace();
        }
        const auto end = in_code ? std::string_view::npos : line.find("</details>");
        if (block) {
            *block += std::string(line.substr(0, end)) + "\n";
            if (end != std::string_view::npos) {
                finish();
            }
        }
    }
    if (block) {
        finish();
    }
    return found;
}

std::optional<Heading> find_heading(const std::filesystem::path& check_folder,
                                    const std::filesystem::path& chapter_folder,
                                    std::string_view reference) {
    const auto hash = reference.find('#');
    if (hash == std::string_view::npos) {
        return std::nullopt;
    }
    for (const auto& folder : {check_folder, chapter_folder}) {
        const auto file = (folder / reference.substr(0, hash)).lexically_normal();
        if (std::filesystem::is_regular_file(file)) {
            const std::string anchor(reference.substr(hash + 1));
            const auto all = headings(read_file(file));
            const auto found = all.find(anchor);
            return found == all.end() ? std::nullopt
                                      : std::optional(Heading{file, anchor, found->second});
        }
    }
    return std::nullopt;
}

}  // namespace checker
