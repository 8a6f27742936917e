// Feeds any bytes to the reader of a lesson's headings and to what shows text to a person.
#include <cctype>

#include "lesson.hpp"
#include "require.hpp"

namespace {

using namespace checker;
using checker_fuzz::require;

void require_shown(std::string_view text) {
    const std::string shown = visible(text);
    require(!first_invalid_utf8(shown), "what is shown is UTF-8");
    require(shown.size() >= text.size() || text.empty(), "showing drops nothing");
    for (const std::size_t limit : {std::size_t{0}, std::size_t{30}, std::size_t{80}}) {
        const std::string shorter = shorten(text, limit);
        require(shorter.size() <= std::max(limit, std::size_t{24}) + 24, "shortening shortens");
        require(first_invalid_utf8(text) || !first_invalid_utf8(shorter), "and cuts no character");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = checker_fuzz::as_text(data, size);
    for (const auto& [anchor, sentence] : headings(text)) {
        require(anchor.find_first_of(" \t#`*") == anchor.npos, "an anchor is one word");
        require(sentence.find_first_of("*`\n") == sentence.npos, "a sentence bears no marks");
    }
    require_shown(text);
    std::size_t bytes = 0;
    for (const std::string_view line : split_lines(text)) {
        require(line.find('\n') == line.npos, "a line holds no newline");
        bytes += line.size();
    }
    require(bytes + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) == size,
            "the lines are the text");
    return 0;
}
