// Compares the matcher with one that tries everything, and looks at what a mismatch tells. The
// input is an expected.txt, a NUL, and the numbers from which the replies and the output are made.
// With nothing before the NUL the file, too, is made from the numbers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "example_maker.hpp"
#include "reference_matcher.hpp"
#include "require.hpp"

namespace {

using namespace checker;
using checker_fuzz::require;

/// Draws numbers from bytes; 0 when they are used up.
class Numbers {
public:
    explicit Numbers(std::string_view bytes) : left_(bytes) {}
    unsigned below(unsigned bound) {
        if (left_.empty()) {
            return 0;
        }
        const auto drawn = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        return drawn % bound;
    }
    [[nodiscard]] std::string_view left() const { return left_; }

private:
    std::string_view left_;
};

/// What is matched with what.
struct Question {
    std::string file;
    std::string output;
    Facts facts;
};

std::optional<Expected> taken(const std::string& file) {
    try {
        return parse_expected(file, "expected.txt");
    } catch (const SpecError&) {
        return std::nullopt;  // expected_fuzz.cpp's business
    }
}

std::string made_output(checker_tests::ExampleMaker& maker, const Expected& expected,
                        const Facts& facts) {
    auto lines = maker.output(expected, facts, 12);
    for (unsigned times = maker.below(4); times > 0; --times) {
        maker.spoil(lines);
    }
    std::string output;
    for (const std::string& line : lines) {
        output += line + "\n";
    }
    return output;
}

void require_mismatch(const Mismatch& mismatch, const Expected& expected,
                      const std::vector<std::string_view>& lines) {
    const std::string_view end = "(end of output)";
    const auto index = static_cast<std::size_t>(mismatch.output_line) - 1;
    require(index <= lines.size(), "a line of the output");
    require(mismatch.got == (index < lines.size() ? lines[index] : end), "that line as it came");
    require(mismatch.expected_line >= 0 && mismatch.expected_line <= expected.end_line,
            "a line of the file");
    require(!mismatch.wanted.empty() && mismatch.wanted.size() <= 10, "up to 8 wanted lines");
    require(mismatch.column <= mismatch.got.size(), "a column of the line");
    require(index < lines.size() || !mismatch.never, "no line, no %never");
}

void show(const Question& question, bool by_the_reference) {
    std::cerr << "--- expected.txt\n"
              << question.file << "--- output\n"
              << question.output << "--- replies"
              << (question.facts.replies_in_order ? ", in order\n" : ", in any order\n");
    for (const RepliedWith& reply : question.facts.replies) {
        std::cerr << reply.message << ' ' << reply.nonce << ", " << reply.delay_ms << " ms\n";
    }
    std::cerr << "--- fits by the " << (by_the_reference ? "reference" : "matcher") << " alone\n";
}

void ask(const Question& question, const Expected& expected) {
    const auto mismatch = match(expected, question.output, question.facts);
    const auto lines = split_lines(question.output);
    if (mismatch) {
        require_mismatch(*mismatch, expected, lines);
    }
    constexpr std::size_t effort = 4'000;
    const bool whole = question.output.empty() || question.output.ends_with('\n');
    if (!whole || lines.size() > 12 || question.output.size() > 400) {
        return;
    }
    checker_tests::ReferenceMatcher reference(expected, question.facts);
    const auto fits = reference.fits(lines, effort);
    if (fits && *fits == mismatch.has_value()) {
        show(question, *fits);
        require(false, "the matcher and the reference agree");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = checker_fuzz::as_text(data, size);
    const auto end = std::min(input.find('\0'), input.size());
    Numbers numbers(input.substr(std::min(end + 1, input.size())));
    checker_tests::ExampleMaker maker([&](unsigned bound) { return numbers.below(bound); });
    Question question;
    question.file = end == 0 ? maker.file() : std::string(input.substr(0, end));
    const auto expected = taken(question.file);
    if (!expected) {
        return 0;
    }
    question.facts = maker.facts();
    question.output = maker.below(4) == 3 ? std::string(numbers.left())
                                          : made_output(maker, *expected, question.facts);
    ask(question, *expected);
    return 0;
}
