// A change is brought over by diff3: from the file for which the patch was made to that file as the
// mutant has it, and as it is now. Where no such file is known, or the two changes touch, patch
// looks for the place by itself.
#include "mutant.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>

#include "build.hpp"
#include "files.hpp"
#include "text.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

bool is_comment(std::string_view line) {
    return line.size() > 2 && line.starts_with("# ");
}

// "b/rt/poll.hpp" behind "+++ ", with or without a time behind it.
fs::path file_after(std::string_view line) {
    return line.starts_with("+++ b/") ? fs::path(line.substr(6, line.find('\t') - 6)) : fs::path();
}

std::vector<Section> sections_of(std::span<const std::string_view> lines) {
    std::vector<Section> sections;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool begins = lines[i].starts_with("--- ") && i + 1 < lines.size();
        if (const fs::path file = begins ? file_after(lines[i + 1]) : ""; !file.empty()) {
            sections.push_back({file, {}});
        }
        if (!sections.empty()) {
            sections.back().text += std::string(lines[i]) + '\n';
        }
    }
    return sections;
}

// One section at work, in a folder of its own.
class Mutation {
public:
    Mutation(const Section& section, const fs::path& scratch)
        : section_(section), scratch_(scratch) {
        fs::remove_all(scratch);
        replace_file(scratch / "patch", section.text);
    }

    std::optional<std::string> of(const ChangedFile& changed) const {
        for (const std::string& base : changed.bases) {
            if (const auto mutated = apply(base, 0)) {
                if (auto merged = merge(changed.now, base, *mutated)) {
                    return merged;
                }
            }
        }
        auto exact = apply(changed.now, 0);
        return exact ? exact : apply(changed.now, 1);  // one line of context is all there is
    }

    std::string difference(const std::string& right, const std::string& mutated) const {
        replace_file(scratch_ / "right", right);
        replace_file(scratch_ / "mutated", mutated);
        const std::string name = section_.file.string();
        const auto made = run_command(
            {"diff", "-U1", "--label", "a/" + name, "--label", "b/" + name, "right", "mutated"},
            scratch_);
        if (made.status > 1) {
            throw std::runtime_error("diff: " + made.output);
        }
        return made.output;
    }

private:
    std::optional<std::string> apply(const std::string& text, int fuzz) const {
        replace_file(scratch_ / "patched", text);
        const std::vector<std::string> argv{
            "patch", "--fuzz=" + std::to_string(fuzz), "-s", "-f", "-r", "-", "patched", "patch"};
        return run_command(argv, scratch_).status == 0
                   ? std::optional(read_file(scratch_ / "patched"))
                   : std::nullopt;
    }

    std::optional<std::string> merge(const std::string& now, const std::string& base,
                                     const std::string& mutated) const {
        replace_file(scratch_ / "now", now);
        replace_file(scratch_ / "base", base);
        replace_file(scratch_ / "mutated", mutated);
        const auto merged = run_command({"diff3", "-m", "now", "base", "mutated"}, scratch_);
        return merged.status == 0 ? std::optional(merged.output) : std::nullopt;
    }

    const Section& section_;
    fs::path scratch_;
};

}  // namespace

std::string Mutant::text() const {
    std::string all = head;
    for (const Section& section : sections) {
        all += section.text;
    }
    return all;
}

bool Mutant::touches(const std::string& changed) const {
    return std::ranges::find(sections, fs::path(changed), &Section::file) != sections.end();
}

Mutant read_mutant(const fs::path& patch) {
    const std::string text = read_spec_file(patch);
    const auto lines = split_lines(text);
    if (lines.empty() || !is_comment(lines[0])) {
        throw SpecError(patch, 1, "a mutant begins with '# EXPECTATION in MODE: HEADING'");
    }
    if (lines.size() < 2 || !is_comment(lines[1])) {
        throw SpecError(patch, 2, "a mutant's second line says what mistake it is: '# …'");
    }
    Mutant mutant;
    mutant.file = patch;
    mutant.reason_text = lines[0].substr(2);
    try {
        mutant.reason = parse_reason(mutant.reason_text);
    } catch (const std::invalid_argument& error) {
        throw SpecError(patch, 1, error.what());
    }
    std::size_t i = 0;
    for (; i < lines.size() && lines[i].starts_with('#'); ++i) {
        mutant.head += std::string(lines[i]) + '\n';
    }
    mutant.sections = sections_of(std::span(lines).subspan(i));
    if (mutant.sections.empty()) {
        throw SpecError(patch, static_cast<int>(i) + 1,
                        "a mutant's patch begins with '--- a/FILE' and '+++ b/FILE'");
    }
    return mutant;
}

std::optional<std::string> why_not_applicable(const Mutant& mutant, const fs::path& folder) {
    const auto tried = run_command({"patch", "-p1", "--fuzz=0", "--dry-run", "-s", "-f", "-i",
                                    fs::absolute(mutant.file).string()},
                                   folder);
    return tried.status == 0 ? std::nullopt : std::optional(tried.output);
}

std::optional<std::string> made_anew(const Mutant& mutant, const ChangedFile& changed,
                                     const fs::path& scratch) {
    Mutant made = mutant;
    const auto section = std::ranges::find(made.sections, fs::path(changed.file), &Section::file);
    if (section == made.sections.end()) {
        return std::nullopt;
    }
    const Mutation mutation(*section, scratch);
    const auto mutated = mutation.of(changed);
    if (!mutated) {
        return std::nullopt;
    }
    const std::string difference = mutation.difference(changed.now, *mutated);
    if (difference.empty()) {
        return std::nullopt;
    }
    section->text = difference;
    return made.text();
}

}  // namespace checker
