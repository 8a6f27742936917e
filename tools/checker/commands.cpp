#include "commands.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include "build.hpp"
#include "files.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr int ctest_failed = 8;

// The statuses with which it may end, in a repository that may have own copies by now.
std::set<int> right_statuses(const Words& words, bool own_copies) {
    if (words[0] == "ctest") {
        return own_copies ? std::set{0, ctest_failed} : std::set{0};
    }
    static const std::regex own(R"(work/.*|ch[0-9][0-9][-/][0-9].*)");
    const bool check = words.size() > 1 && words[1] == "check";
    return check && std::ranges::any_of(
                        words, [](const auto& word) { return std::regex_match(word, own); })
               ? std::set{0, 1}
               : std::set{0};
}

CommandResult type(const Typed& typed, const Words& words, const fs::path& root) {
    Words command{"timeout", "600"};
    if (words.size() > 1 && words[1] == "watch") {
        command = {"timeout", "--preserve-status", "--signal=INT", "15"};
    }
    command.insert(command.end(), {"sh", "-c", "exec " + typed.command});
    return run_command(command, root);
}

std::string last_line(const std::string& output) {
    const auto lines = split_lines(output);
    return lines.empty() ? "nothing was printed" : visible(shorten(lines.back(), 160));
}

void type_page(const fs::path& page, const fs::path& root, Problems& problems) {
    for (const CodeBlock& block : read_markdown(read_file(page)).blocks) {
        if (!is_terminal(block) || not_run(block)) {
            continue;
        }
        for (const Typed& typed : typed_in(block)) {
            const Words words = words_of(typed.command);
            if (words.empty() || (words.size() > 1 && words[1] == "test")) {
                continue;
            }
            const auto right = right_statuses(words, fs::exists(root / "work"));
            const auto result = type(typed, words, root);
            if (!right.contains(result.status)) {
                problems.push_back({page, typed.line,
                                    in_quotes(std::string(trimmed(typed.command))) +
                                        " ended with status " + std::to_string(result.status),
                                    last_line(result.output)});
            }
        }
    }
}

// Moves work/ out of the commands' way, and back.
class SetAside {
public:
    explicit SetAside(const fs::path& root) : work_(root / "work"), aside_(root / "work.aside") {
        if (fs::exists(aside_)) {
            throw UsageError(
                "work.aside/ is there: what was in work/ when `lint --run` was killed. Move it "
                "back, "
                "or remove it");
        }
        if (fs::exists(work_)) {
            fs::rename(work_, aside_);
        }
    }
    SetAside(const SetAside&) = delete;
    SetAside& operator=(const SetAside&) = delete;
    ~SetAside() {
        std::error_code ignored;
        fs::remove_all(work_, ignored);
        fs::rename(aside_, work_, ignored);
    }

private:
    fs::path work_;
    fs::path aside_;
};

}  // namespace

std::vector<std::string> words_of(std::string_view command) {
    Words words;
    while (!(command = trimmed(command)).empty() && command.front() != '#') {
        const auto end = std::min(command.find(' '), command.size());
        words.emplace_back(command.substr(0, end));
        command.remove_prefix(end);
    }
    return words;
}

std::vector<Typed> typed_in(const CodeBlock& block) {
    const auto prompted = [](const std::string& line) { return line.starts_with("$ "); };
    const bool prompts = std::ranges::any_of(block.lines, prompted);
    std::vector<Typed> commands;
    int number = block.line;
    for (const std::string& line : block.lines) {
        ++number;
        if (prompted(line) || (!prompts && !trimmed(line).empty())) {
            commands.push_back({number, prompts ? line.substr(2) : line, {}});
        } else if (!commands.empty() && prompts) {
            commands.back().output.push_back(line);
        }
    }
    return commands;
}

bool is_terminal(const CodeBlock& block) {
    static const std::set<std::string> languages{"sh", "bash", "console"};
    const std::string first = block.lines.empty() ? "" : block.lines.front();
    return languages.contains(block.language) || first.starts_with("$ ") ||
           first.starts_with("tools/workshop") || first.starts_with("ctest");
}

std::optional<std::string> not_run(const CodeBlock& block) {
    static const std::regex comment(R"(^\s*<!--\s*not run:(.*)-->\s*$)");
    std::smatch found;
    return std::regex_match(block.above, found, comment)
               ? std::optional(std::string(trimmed(found.str(1))))
               : std::nullopt;
}

Problems type_commands(const Survey& survey, const std::vector<fs::path>& folders) {
    const fs::path& root = survey.catalog.root();
    const SetAside aside(root);
    Problems problems;
    for (const fs::path& page : survey.files) {
        const bool wanted = std::ranges::any_of(folders, [&](const fs::path& folder) {
            return is_below(page, folder) && !is_below(page, root / "tools");
        });
        if (wanted && page.extension() == ".md") {
            type_page(page, root, problems);
            fs::remove_all(root / "work");
        }
    }
    return problems;
}

}  // namespace checker
