// Line by line; a fence switches between prose and code.
#include "markdown.hpp"

#include <algorithm>
#include <regex>

#include "text.hpp"

namespace checker {
namespace {

constexpr std::string_view fence = "```";

// `code` can hold brackets that are no link.
std::string without_code_spans(std::string_view line) {
    std::string plain;
    bool in_code = false;
    for (const char c : line) {
        if (c == '`') {
            in_code = !in_code;
        } else if (!in_code) {
            plain += c;
        }
    }
    return plain;
}

void add_links(const ProseLine& prose, std::vector<Link>& links) {
    static const std::regex inline_link(R"(\]\(([^()\s]+)(\s+"[^"]*")?\))");
    static const std::regex named_link(R"(^\s*\[[^\]]+\]:\s*(\S+))");
    const std::string plain = without_code_spans(prose.text);
    for (std::sregex_iterator found(plain.begin(), plain.end(), inline_link), end; found != end;
         ++found) {
        links.push_back({prose.line, found->str(1)});
    }
    if (std::smatch found; std::regex_search(plain, found, named_link)) {
        links.push_back({prose.line, found.str(1)});
    }
}

void add_title(const ProseLine& prose, std::vector<Title>& titles) {
    const auto level = prose.text.find_first_not_of('#');
    if (level != 0 && level != std::string::npos && prose.text[level] == ' ') {
        titles.push_back({prose.line, static_cast<int>(level),
                          std::string(trimmed(std::string_view(prose.text).substr(level)))});
    }
}

}  // namespace

Markdown read_markdown(std::string_view text) {
    Markdown page;
    std::string above;
    std::size_t indent = 0;
    int number = 0;
    for (const std::string_view line : split_lines(text)) {
        ++number;
        const std::string_view inner = trimmed(line);
        if (inner.starts_with(fence)) {
            if (page.unclosed == 0) {
                page.unclosed = number;
                indent = line.find(fence);
                page.blocks.push_back(
                    {number, std::string(trimmed(inner.substr(fence.size()))), {}, above});
            } else {
                page.unclosed = 0;
                above = line;
            }
        } else if (page.unclosed != 0) {
            const auto blanks = std::min(line.find_first_not_of(' '), line.size());
            page.blocks.back().lines.emplace_back(line.substr(std::min(blanks, indent)));
        } else {
            page.prose.push_back({number, std::string(line)});
            add_links(page.prose.back(), page.links);
            add_title(page.prose.back(), page.titles);
            if (!inner.empty()) {
                above = line;
            }
        }
    }
    return page;
}

}  // namespace checker
