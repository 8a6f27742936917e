// The texts of verdicts. They are under golden tests: tests/golden/.
#include "report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "text.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t status_column = 65;
constexpr std::size_t transcript_head = 20;
constexpr std::size_t transcript_tail = 20;
constexpr std::size_t most_told = 3;  // findings

std::string headline(const Verdict& verdict, const std::string& status) {
    std::string line = verdict.subject.id() + "  " + verdict.title;
    // Columns are counted in characters: titles may hold more than ASCII.
    const std::size_t width = characters(line);
    line += width + 2 <= status_column ? std::string(status_column - width, ' ') : "  ";
    return line + status + "\n";
}

void add_field(std::string& text, const std::string& label, const std::string& value) {
    text +=
        "  " + label + std::string(label.size() < 12 ? 12 - label.size() : 1, ' ') + value + "\n";
}

std::string indented(const std::string& block) {
    std::string text;
    for (const auto line : split_lines(block)) {
        text += "  " + std::string(line) + "\n";
    }
    return text;
}

std::string where(const Heading& heading, const fs::path& root) {
    return heading.file.lexically_relative(root).string() + "#" + heading.anchor;
}

std::string again(const Verdict& verdict) {
    return "tools/workshop check " + verdict.subject.id() + " --seed " +
           std::to_string(verdict.seed) + " --mode " + std::string(name(verdict.mode));
}

std::string transcript_line(std::size_t number, const TranscriptEntry& entry) {
    std::string line(24, ' ');
    std::snprintf(line.data(), line.size(), "  %3zu %7lld ms  ", number,
                  static_cast<long long>(entry.at_ms));
    line.resize(std::char_traits<char>::length(line.c_str()));
    return line + entry.who + std::string(entry.who.size() < 9 ? 9 - entry.who.size() : 1, ' ') +
           entry.what + "\n";
}

std::string transcript(const std::vector<TranscriptEntry>& entries) {
    std::string text = "  what happened:\n";
    const bool cut = entries.size() > transcript_head + transcript_tail + 1;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (cut && i == transcript_head) {
            const std::size_t skipped = entries.size() - transcript_head - transcript_tail;
            text += "      … " + std::to_string(skipped) + " lines left out …\n";
            i += skipped;
        }
        text += transcript_line(i + 1, entries[i]);
    }
    return text;
}

std::string manners(Mode mode) {
    switch (mode) {
        case Mode::burst:
            return "all replies at once, and the program has to close";
        case Mode::pieces:
            return "replies in pieces, some large, some without a length";
        case Mode::interrupt:
            return "stopped and continued in mid-wait";
        case Mode::storm:
            return "replies at any moment";
        case Mode::serial:
            break;
    }
    return "one whole reply at a time";
}

// Most of what comes after the first finding follows from it.
void add_consequences(std::string& text, const std::vector<Finding>& findings) {
    const std::size_t told = std::min(findings.size(), most_told);
    for (std::size_t i = 1; i < told; ++i) {
        add_field(text, "also", findings[i].expectation + ": " + findings[i].in_short);
    }
    std::vector<std::string> others;
    for (std::size_t i = told; i < findings.size(); ++i) {
        others.push_back(findings[i].expectation);
    }
    if (!others.empty()) {
        add_field(text, "also", joined(others, ", "));
    }
}

std::string failure(const Verdict& verdict, const fs::path& root) {
    if (verdict.findings.empty()) {
        return headline(verdict, "FAILED: does not compile") + indented(verdict.compiler_output);
    }
    const Finding& first = verdict.findings.front();
    std::string text = headline(verdict, "FAILED: " + first.expectation);
    if (!verdict.case_name.empty()) {
        add_field(text, "case", verdict.case_name);
    }
    if (verdict.mode != Mode::serial) {
        add_field(text, "mode", std::string(name(verdict.mode)) + ": " + manners(verdict.mode));
    }
    add_field(text, "expected", first.expected);
    add_field(text, "got", first.got);
    for (const std::string& detail : first.details) {
        add_field(text, "", detail);
    }
    add_consequences(text, verdict.findings);
    if (verdict.heading) {
        if (!verdict.heading->first_sentence.empty()) {
            add_field(text, "looks like", verdict.heading->first_sentence);
        }
        add_field(text, "read", where(*verdict.heading, root));
    }
    if (verdict.subject.is == Subject::Is::work) {
        add_field(text, "program", verdict.program.lexically_proximate(root).string());
    }
    add_field(text, "again", again(verdict));
    if (!verdict.calls.empty()) {
        text += "  its last system calls, in a further run under strace:\n";
        for (const std::string& call : verdict.calls) {
            text += "      " + visible(call) + "\n";
        }
    }
    return verdict.transcript.empty() ? text : text + transcript(verdict.transcript);
}

std::string_view outcome(const Verdict& verdict) {
    switch (verdict.is) {
        case Verdict::Is::passed:
            return "passed";
        case Verdict::Is::failed:
            return "failed";
        case Verdict::Is::skipped:
            return "skipped";
        case Verdict::Is::error:
            break;
    }
    return "error";
}

nlohmann::json finding_json(const Finding& finding) {
    return {{"expectation", finding.expectation}, {"cause", finding.cause},
            {"expected", finding.expected},       {"got", finding.got},
            {"details", finding.details},         {"in_short", finding.in_short}};
}

nlohmann::json verdict_json(const Verdict& verdict, const fs::path& root) {
    nlohmann::json one = {{"id", verdict.subject.id()},  {"title", verdict.title},
                          {"outcome", outcome(verdict)}, {"holds", verdict.holds()},
                          {"seed", verdict.seed},        {"modes", verdict.modes},
                          {"notes", verdict.notes}};
    if (!verdict.warnings.empty()) {
        one["warnings"] = verdict.warnings;
    }
    if (!verdict.error.empty()) {
        one["error"] = verdict.error;
    }
    if (!verdict.wrongly_judged.empty()) {
        one["wrongly_judged"] = verdict.wrongly_judged;
    }
    if (verdict.is != Verdict::Is::failed) {
        return one;
    }
    one["compiler_output"] = verdict.compiler_output;
    one["case"] = verdict.case_name;
    one["mode"] = name(verdict.mode);
    one["findings"] = nlohmann::json::array();
    for (const Finding& finding : verdict.findings) {
        one["findings"].push_back(finding_json(finding));
    }
    if (verdict.heading) {
        one["read"] = where(*verdict.heading, root);
        one["looks_like"] = verdict.heading->first_sentence;
    }
    one["calls"] = verdict.calls;
    for (const TranscriptEntry& entry : verdict.transcript) {
        one["transcript"].push_back(
            {{"at_ms", entry.at_ms}, {"who", entry.who}, {"what", entry.what}});
    }
    return one;
}

// For text and for attributes in double quotes. XML 1.0 (section 2.2) has no place for control
// characters, nor for U+FFFE and U+FFFF, not even escaped; neither has UTF-8 for other bytes.
std::string xml(std::string_view text) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    std::string safe;
    while (!text.empty()) {
        const std::size_t valid = first_invalid_utf8(text).value_or(text.size());
        for (std::size_t at = 0; at < valid; ++at) {
            const char c = text[at];
            const auto character = text.substr(at, 3);
            if (character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF") {
                safe += replacement;
                at += 2;
            } else if (c == '&') {
                safe += "&amp;";
            } else if (c == '<') {
                safe += "&lt;";
            } else if (c == '>') {
                safe += "&gt;";
            } else if (c == '"') {
                safe += "&quot;";
            } else if (c == '\r') {
                safe += "&#13;";  // bare, it would be read as a newline
            } else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
                safe += replacement;
            } else {
                safe += c;
            }
        }
        text.remove_prefix(valid);
        if (!text.empty()) {
            safe += replacement;
            text.remove_prefix(1);
        }
    }
    return safe;
}

// What the first line of a report says behind the title.
std::string in_short(const Verdict& verdict) {
    if (!verdict.wrongly_judged.empty()) {
        return verdict.wrongly_judged;
    }
    return verdict.findings.empty() ? "does not compile" : verdict.findings.front().expectation;
}

std::string seconds(std::chrono::nanoseconds time) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.3f", std::chrono::duration<double>(time).count());
    return text.data();
}

std::string junit_case(const Verdict& verdict, const fs::path& root) {
    const std::string text = "\">" + xml(text_report(verdict, root));
    std::string inside;
    if (verdict.is == Verdict::Is::error) {
        inside = "      <error message=\"not judged" + text + "</error>\n";
    } else if (verdict.is == Verdict::Is::skipped) {
        inside = "      <skipped message=\"" + xml(verdict.error) + "\"/>\n";
    } else if (!verdict.holds()) {
        inside = "      <failure message=\"" + xml(in_short(verdict)) + text + "</failure>\n";
    } else {
        inside = "      <system-out>" + xml(text_report(verdict, root)) + "</system-out>\n";
    }
    return "    <testcase classname=\"" + xml(verdict.subject.entry.chapter) + "\" name=\"" +
           xml(verdict.subject.id()) + "\" time=\"" + seconds(verdict.took) + "\">\n" + inside +
           "    </testcase>\n";
}

struct Tally {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    std::chrono::nanoseconds took{};

    void count(const Verdict& verdict) {
        const bool error = verdict.is == Verdict::Is::error;
        const bool skip = verdict.is == Verdict::Is::skipped;
        ++tests;
        took += verdict.took;
        errors += error ? 1 : 0;
        skipped += skip ? 1 : 0;
        failures += !error && !skip && !verdict.holds() ? 1 : 0;
    }
    std::string attributes() const {
        return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) +
               "\" errors=\"" + std::to_string(errors) + "\" skipped=\"" + std::to_string(skipped) +
               "\" time=\"" + seconds(took) + "\"";
    }
};

}  // namespace

std::string text_report(const Verdict& verdict, const fs::path& root) {
    const bool must_fail =
        verdict.subject.is == Subject::Is::mutant || verdict.subject.is == Subject::Is::starter;
    std::string text;
    if (verdict.is == Verdict::Is::error) {
        text = headline(verdict, "ERROR: not judged") + indented(verdict.error);
    } else if (verdict.is == Verdict::Is::skipped) {
        text = headline(verdict, "skipped: " + verdict.error);
    } else if (!verdict.wrongly_judged.empty()) {
        text = headline(verdict, "WRONGLY JUDGED") + indented(verdict.wrongly_judged);
        if (verdict.is == Verdict::Is::failed) {
            text += failure(verdict, root);
        }
    } else if (must_fail) {
        text = headline(verdict, "rejected: " + verdict.findings.front().expectation + " in " +
                                     std::string(name(verdict.mode)));
    } else if (verdict.is == Verdict::Is::failed) {
        text = failure(verdict, root);
    } else {
        text = headline(verdict, "ok: " + joined(verdict.modes, " "));
    }
    if (!verdict.warnings.empty()) {
        text += "  the compiler warns:\n" + indented(verdict.warnings);
    }
    for (const std::string& note : verdict.notes) {
        text += "  note        " + note + "\n";
    }
    return text;
}

std::string json_report(const std::vector<Verdict>& verdicts, const fs::path& root) {
    nlohmann::json document = {{"verdicts", nlohmann::json::array()}};
    for (const Verdict& verdict : verdicts) {
        document["verdicts"].push_back(verdict_json(verdict, root));
    }
    return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string junit_report(const std::vector<Verdict>& verdicts, const fs::path& root) {
    std::map<std::string, std::pair<Tally, std::string>> chapters;
    Tally all;
    for (const Verdict& verdict : verdicts) {
        auto& [tally, cases] = chapters[verdict.subject.entry.chapter];
        all.count(verdict);
        tally.count(verdict);
        cases += junit_case(verdict, root);
    }
    std::string document =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"checker\"" +
        all.attributes() + ">\n";
    for (const auto& [chapter, suite] : chapters) {
        document += "  <testsuite name=\"" + xml(chapter) + "\"" + suite.first.attributes() +
                    ">\n" + suite.second + "  </testsuite>\n";
    }
    return document + "</testsuites>\n";
}

}  // namespace checker
