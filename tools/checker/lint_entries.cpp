// Rules about stages and exercises one by one.
#include <algorithm>
#include <regex>
#include <set>

#include "build.hpp"
#include "compile_fails.hpp"
#include "expected.hpp"
#include "files.hpp"
#include "json_positions.hpp"
#include "lesson.hpp"
#include "lint.hpp"
#include "mutant.hpp"
#include "run.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mutants_of_an_exercise = 2;
constexpr std::size_t mutants_of_a_stage = 3;  // where behaviour allows; one is needed

struct NumberedLine {
    int number = 0;
    std::string text;
};

// A file without what stands in its regions; the marks are part of it.
struct Outside {
    std::vector<NumberedLine> lines;
    int regions = 0;
    int open = 0;  // line of a region that does not end, or of an end without a beginning
};

Outside outside_regions(const std::string& text) {
    Outside outside;
    int begun = 0;  // the line on which the present region begins; 0: outside
    int number = 0;
    for (const std::string_view line : split_lines(text)) {
        ++number;
        const std::string_view word = trimmed(line);
        const bool begins = word == "// your code" || word == "# your code";
        const bool ends = word == "// end" || word == "# end";
        if ((begins && begun != 0) || (ends && begun == 0)) {
            outside.open = number;
            return outside;
        }
        begun = begins ? number : ends ? 0 : begun;
        outside.regions += begins ? 1 : 0;
        if (begun == 0 || begins) {
            outside.lines.push_back({number, std::string(line)});
        }
    }
    outside.open = begun;
    return outside;
}

std::set<std::string> file_names(const fs::path& folder) {
    std::set<std::string> names;
    if (fs::is_directory(folder)) {
        for (const auto& file : fs::recursive_directory_iterator(folder)) {
            if (file.is_regular_file()) {
                names.insert(file.path().lexically_relative(folder).string());
            }
        }
    }
    return names;
}

class EntryRules {
public:
    EntryRules(const Survey& survey, const Entry& entry, const Spec& spec, Problems& problems)
        : survey_(survey),
          entry_(entry),
          spec_(spec),
          positions_(json_positions(read_file(spec.file), spec.file)),
          problems_(problems) {}

    void check() {
        check_promises();
        check_system_calls();
        check_headings();
        check_mutants();
        check_includes();
        if (entry_.is == Entry::Is::stage) {
            check_target();
        } else {
            check_starter();
        }
    }

private:
    void add(const fs::path& file, int line, std::string what, std::string remedy) {
        problems_.push_back({file, line, std::move(what), std::move(remedy)});
    }

    // Runs `read`; what it throws about a file is a problem.
    template <typename Read>
    void reading(Read&& read) {
        try {
            read();
        } catch (const SpecError& error) {
            problems_.push_back(problem_of(error));
        }
    }

    void check_promises() {
        std::set<fs::path> files;
        for (const Case& one : spec_.cases) {
            files.insert(one.expected);
            if (fs::exists(one.expected_err)) {
                files.insert(one.expected_err);
            }
            if (!one.stdin_file.empty() && !fs::is_regular_file(one.stdin_file)) {
                add(one.stdin_file, 0, "is missing, and \"stdin\" of check.json names it",
                    "add it");
            }
        }
        for (const fs::path& file : files) {
            reading([&] { (void)read_expected(file); });
        }
        if (spec_.compile_fails) {
            reading([&] { (void)marked_line(spec_.compile_fails->source); });
        }
    }

    // A count of a call that doesn't exist is 0, and "at most 12" would hold for ever.
    void check_system_calls() {
        for (std::size_t i = 0; i < spec_.cases.size() && strace_unavailable().empty(); ++i) {
            const std::string of_case = i == 0 ? "" : "/cases/" + std::to_string(i - 1);
            for (const auto& [call, count] : spec_.cases[i].must.syscalls) {
                const auto written =
                    positions_.find(child_pointer(of_case + "/must/syscalls", call));
                if (written != positions_.end() &&
                    run_command({"strace", "-o", "/dev/null", "-e", "trace=" + call, "true"}, ".")
                            .status != 0) {
                    add(spec_.file, written->second.key,
                        "\"syscalls\": strace knows no call '" + call + "'", "see syscalls(2)");
                }
            }
        }
    }

    bool has_heading(const std::string& reference) const {
        return find_heading(entry_.folder, entry_.chapter_folder, reference).has_value();
    }

    void check_headings() {
        for (const auto& [expectation, reference] : spec_.teach) {
            if (!has_heading(reference)) {
                add(spec_.file, positions_.at(child_pointer("/teach", expectation)).value,
                    "\"teach\": there is no heading " + reference, "write it, or name another");
            }
        }
        if (!spec_.fails.empty() && !has_heading(parse_reason(spec_.fails).heading)) {
            add(spec_.file, positions_.at("/fails").value,
                "\"fails\": there is no heading " + parse_reason(spec_.fails).heading,
                "write it, or name another");
        }
        if (spec_.fails.empty() && entry_.is == Entry::Is::exercise) {
            add(spec_.file, 0, "does not say why the starter fails",
                "add \"fails\": \"EXPECTATION in MODE: FILE.md#anchor\"");
        }
    }

    void check_mutants() {
        const fs::path folder = entry_.folder / "mutants";
        const auto names = parts_of(entry_, "mutants");
        const bool exercise = entry_.is == Entry::Is::exercise;
        if (names.size() < (exercise ? mutants_of_an_exercise : 1)) {
            add(folder, 0, "too few mutants: " + std::to_string(names.size()),
                exercise ? "an exercise has two or more: plausible wrong answers"
                         : "a stage has three or more: mistakes that people really make");
        } else if (!exercise && names.size() < mutants_of_a_stage) {
            problems_.push_back({folder, 0, std::to_string(names.size()) + " mutants only",
                                 "a stage has three or more where its behaviour allows", true});
        }
        for (const std::string& name : names) {
            const fs::path patch = folder / (name + ".patch");
            if (!fs::is_regular_file(patch)) {
                add(folder / name, 0, "no mutant: its name doesn't end in .patch", "rename it");
                continue;
            }
            reading([&] { check_mutant(read_mutant(patch)); });
        }
    }

    void check_mutant(const Mutant& mutant) {
        if (!has_heading(mutant.reason.heading)) {
            add(mutant.file, 1, "there is no heading " + mutant.reason.heading,
                "write it, or name another");
        }
        if (const auto why = why_not_applicable(mutant, entry_.folder)) {
            const auto lines = split_lines(*why);
            add(mutant.file, 0,
                "does not apply: " + std::string(lines.empty() ? "patch fails" : lines.front()),
                "tools/workshop carry " + entry_.id() + " FILE makes it anew after a change of " +
                    "FILE, if it can");
        }
    }

    // What is included with quotes comes from the entry's own folder.
    void check_includes() {
        static const std::regex include(R"(^\s*#\s*include\s*"([^"]+)\")");
        for (const fs::path& file : survey_.files) {
            if (!is_below(file, entry_.folder) || file.extension() == ".patch" ||
                file.extension() == ".md") {
                continue;
            }
            const std::string text = read_file(file);
            int number = 0;
            for (const std::string_view line : split_lines(text)) {
                ++number;
                std::match_results<std::string_view::const_iterator> found;
                if (!line.starts_with('#') ||
                    !std::regex_search(line.begin(), line.end(), found, include)) {
                    continue;
                }
                const fs::path target = (file.parent_path() / found.str(1)).lexically_normal();
                if (!is_below(target, entry_.folder)) {
                    add(file, number, "includes a file outside " + entry_.id(),
                        "copy it here and name it in \"carries\"");
                }
            }
        }
    }

    void check_target() {
        const fs::path cmake = entry_.chapter_folder / "CMakeLists.txt";
        const std::string text = fs::is_regular_file(cmake) ? read_file(cmake) : "";
        const std::regex made("add_executable\\(\\s*" + entry_.target() + "[\\s)]");
        if (!std::regex_search(text, made)) {
            add(cmake, 0, "there is no target " + entry_.target(),
                "add_executable(" + entry_.target() + " …)");
        }
    }

    void check_starter() {
        const fs::path starter = entry_.folder / "starter";
        const fs::path solution = entry_.folder / "solution";
        const auto begun = file_names(starter);
        const auto finished = file_names(solution);
        if (begun.empty()) {
            add(starter, 0, "is empty or missing", "it holds the files that the reader edits");
        }
        for (const std::string& name : begun) {
            if (!finished.contains(name)) {
                add(starter / name, 0, "solution/ has no such file", "the two hold the same names");
            } else {
                compare(starter / name, solution / name);
            }
        }
        for (const std::string& name : finished) {
            if (!begun.contains(name)) {
                add(solution / name, 0, "starter/ has no such file", "the two hold the same names");
            }
        }
    }

    // Nothing if a region of the file is not what it should be, which is told.
    std::optional<Outside> regions(const fs::path& file) {
        Outside outside = outside_regions(read_file(file));
        if (outside.open != 0) {
            add(file, outside.open, "a region is not closed, or closed twice",
                "// your code begins one and // end ends it, each on a line of its own");
            return std::nullopt;
        }
        if (outside.regions == 0) {
            add(file, 0, "has no region for the reader",
                "mark one with // your code and // end, or move the file up");
        }
        return outside;
    }

    void compare(const fs::path& starter, const fs::path& solution) {
        const auto begun = regions(starter);
        const auto finished = regions(solution);
        if (!begun || !finished) {
            return;
        }
        const auto [one, other] = std::ranges::mismatch(begun->lines, finished->lines, {},
                                                        &NumberedLine::text, &NumberedLine::text);
        if (one != begun->lines.end() || other != finished->lines.end()) {
            add(starter, one == begun->lines.end() ? 0 : one->number,
                "differs from solution/ outside the reader's regions" +
                    (other == finished->lines.end()
                         ? std::string()
                         : ", whose line " + std::to_string(other->number) + " it is there"),
                "make the two equal there, or widen the region");
        }
    }

    const Survey& survey_;
    const Entry& entry_;
    const Spec& spec_;
    JsonPositions positions_;
    Problems& problems_;
};

}  // namespace

Problems entry_problems(const Survey& survey) {
    Problems problems;
    for (const Entry& entry : survey.catalog.entries()) {
        if (const auto spec = survey.specs.find(entry.id()); spec != survey.specs.end()) {
            EntryRules(survey, entry, spec->second, problems).check();
        }
    }
    return problems;
}

}  // namespace checker
