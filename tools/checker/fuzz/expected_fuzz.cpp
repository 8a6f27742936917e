// Feeds any bytes to the reader of expected.txt: it makes an Expected that keeps its promises, or
// refuses them as a SpecError.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "expected.hpp"
#include "require.hpp"

namespace {

using namespace checker;
using checker_fuzz::require;

void require_pattern(const Pattern& pattern, const std::vector<std::string_view>& lines,
                     bool in_replies) {
    require(pattern.line >= 1 && static_cast<std::size_t>(pattern.line) <= lines.size(),
            "a pattern has a line");
    require(lines[static_cast<std::size_t>(pattern.line) - 1].ends_with(pattern.source),
            "a pattern's source is its line");
    for (std::size_t i = 0; i < pattern.pieces.size(); ++i) {
        if (const auto* literal = std::get_if<std::string>(&pattern.pieces[i])) {
            require(!literal->empty(), "no literal is empty");
            require(i == 0 || !std::holds_alternative<std::string>(pattern.pieces[i - 1]),
                    "literals that touch are one");
        } else if (const auto* known = std::get_if<Known>(&pattern.pieces[i])) {
            require(in_replies || *known < Known::message, "a reply's values are of a reply");
        } else {
            const auto& capture = std::get<Capture>(pattern.pieces[i]);
            require(!capture.name.empty(), "a capture has a name");
            require(capture.kind != Kind::rest || i + 1 == pattern.pieces.size(), "a rest is last");
        }
    }
}

void require_items(const std::vector<Item>& items, const std::vector<std::string_view>& lines,
                   bool in_replies, int depth) {
    for (const Item& item : items) {
        if (const auto* pattern = std::get_if<Pattern>(&item.is)) {
            require_pattern(*pattern, lines, in_replies);
            continue;
        }
        const auto& block = std::get<Block>(item.is);
        require(depth < 2, "blocks nest one level");
        require(!block.body.empty(), "a block holds a line");
        require(block.least >= 0 && block.least <= block.most && block.most >= 1,
                "a block's numbers are in order");
        require((block.is == Block::Is::per) != block.key.empty(), "a %per has a key");
        require_items(block.body, lines, in_replies || block.is == Block::Is::as_replied,
                      depth + 1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = checker_fuzz::as_text(data, size);
    std::optional<Expected> expected;
    try {
        expected = parse_expected(text, "expected.txt");
    } catch (const SpecError& error) {
        checker_fuzz::require_refusal(error, text, "expected.txt");
    }
    if (expected) {
        const auto lines = split_lines(text);
        require(!expected->body.empty() || !expected->never.empty(), "a file says something");
        require(expected->end_line == static_cast<int>(lines.size()) + 1, "the end is behind all");
        require_items(expected->body, lines, false, 0);
        for (const Never& never : expected->never) {
            require_pattern(never.pattern, lines, never.in_replies);
        }
    }
    return 0;
}
