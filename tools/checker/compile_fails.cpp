// g++ tells before an error how it got there ("required from here"), clang in notes behind it ("in
// instantiation of … requested here"). Both begin a place as FILE:LINE:COLUMN.
#include "compile_fails.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "text.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark = "// error here";
constexpr std::size_t told_lines = 12;

// "FILE:LINE[:COLUMN]: SAID"
struct Told {
    std::string_view file;
    int line = 0;
    std::string_view said;
};

std::optional<int> number_before_colon(std::string_view& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || length == text.size() || text[length] != ':') {
        return std::nullopt;
    }
    text.remove_prefix(length + 1);
    return number;
}

std::optional<Told> place_in(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line[0] == ' ') {
        return std::nullopt;
    }
    Told told{.file = line.substr(0, colon), .line = 0, .said = line.substr(colon + 1)};
    const auto number = number_before_colon(told.said);
    if (!number) {
        return std::nullopt;
    }
    told.line = *number;
    (void)number_before_colon(told.said);  // some messages have no column
    told.said.remove_prefix(std::min(told.said.find_first_not_of(' '), told.said.size()));
    return told;
}

bool is_error(const Told& told) {
    return told.said.starts_with("error:") || told.said.starts_with("fatal error:");
}

bool is_instantiation_note(const Told& told) {
    return told.said.starts_with("note:") &&
           std::ranges::any_of(
               std::vector<std::string_view>{"in instantiation of", "requested here",
                                             "required from"},
               [&](std::string_view words) { return told.said.find(words) != told.said.npos; });
}

// The first error, then the places that explain how the compiler got there.
std::vector<Told> first_error(std::string_view output) {
    std::vector<Told> before;
    std::vector<Told> found;
    for (const auto line : split_lines(output)) {
        const auto told = place_in(line);
        if (!told) {
            continue;
        }
        const bool note = told->said.starts_with("note:");
        if (found.empty() && is_error(*told)) {
            found.push_back(*told);
            found.insert(found.end(), before.begin(), before.end());
        } else if (!found.empty() && is_instantiation_note(*told)) {
            found.push_back(*told);
        } else if (!found.empty() && !note) {
            break;  // the next diagnostic, or what leads to it
        } else if (told->said.starts_with("warning:")) {
            before.clear();
        } else if (!note) {
            before.push_back(*told);
        }
    }
    return found;
}

// What the compiler said, from the first error on.
std::vector<std::string> in_its_words(std::string_view output) {
    std::vector<std::string> words;
    const auto lines = split_lines(output);
    const auto error = std::ranges::find_if(lines, [](std::string_view line) {
        const auto told = place_in(line);
        return told && is_error(*told);
    });
    for (auto line = error == lines.end() ? lines.begin() : error;
         line != lines.end() && words.size() < told_lines; ++line) {
        words.emplace_back(*line);
    }
    return words;
}

std::string place(const fs::path& file, int line) {
    return file.filename().string() + ":" + std::to_string(line);
}

}  // namespace

int marked_line(const fs::path& source) {
    const std::string text = read_spec_file(source);
    int marked = 0;
    int number = 0;
    for (const auto line : split_lines(text)) {
        ++number;
        if (line.find(mark) == std::string_view::npos) {
            continue;
        }
        if (marked != 0) {
            throw SpecError(source, number,
                            "a second line is marked " + std::string(mark) + "; the first is " +
                                std::to_string(marked));
        }
        marked = number;
    }
    if (marked == 0) {
        throw SpecError(source, 0,
                        "no line is marked " + std::string(mark) +
                            ", and \"compile_fails\" of check.json names this source");
    }
    return marked;
}

std::optional<Finding> judge_compile_fails(const CompileOutcome& outcome) {
    const int line = marked_line(outcome.source);
    Finding finding{.expectation = "compile_fails",
                    .cause = {},
                    .expected = "an error at " + place(outcome.source, line) +
                                ", the line marked " + std::string(mark),
                    .got = {},
                    .details = {},
                    .in_short = {}};
    const std::string name = outcome.source.filename().string();
    const auto told = first_error(outcome.plain.output);
    if (outcome.control.status != 0) {
        finding.cause = "control";
        finding.expected = name + " compiles with -DCONTROL";
        finding.got = "it doesn't, so its errors prove nothing";
        finding.details = in_its_words(outcome.control.output);
    } else if (outcome.plain.status == 0) {
        finding.cause = "compiles";
        finding.got = name + " compiles";
    } else if (told.empty()) {
        finding.cause = "elsewhere";
        finding.got = "the compiler failed without an error that names a place";
        finding.details = in_its_words(outcome.plain.output);
    } else if (std::ranges::any_of(told, [&](const Told& one) {
                   return one.line == line && (outcome.folder / one.file).lexically_normal() ==
                                                  outcome.source.lexically_normal();
               })) {
        return std::nullopt;
    } else {
        finding.cause = "elsewhere";
        finding.got = "the first error is at " + place(told.front().file, told.front().line);
        finding.details = in_its_words(outcome.plain.output);
    }
    finding.in_short = finding.got;
    return finding;
}

}  // namespace checker
