// Rules about Markdown pages: what they point to, what they tell the reader to type, what they
// quote. Commands are looked at, not run.
#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <span>
#include <utility>

#include "expected.hpp"
#include "lesson.hpp"
#include "lint.hpp"
#include "markdown.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_line = 120;
constexpr int shortest_task = 10;
constexpr int longest_task = 25;
constexpr std::ptrdiff_t hints = 3;

using Words = std::vector<std::string>;

// A command line's words up to a comment.
Words words_of(std::string_view command) {
    Words words;
    while (!(command = trimmed(command)).empty() && command.front() != '#') {
        const auto end = std::min(command.find(' '), command.size());
        words.emplace_back(command.substr(0, end));
        command.remove_prefix(end);
    }
    return words;
}

// A command in a block and what it printed.
struct Typed {
    int line = 0;
    std::string command;
    std::vector<std::string> output;
};

// Behind "$ " where there is one; else each line is a command.
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

// Why a block is not for running, or nothing.
std::optional<std::string> not_run(const CodeBlock& block) {
    static const std::regex comment(R"(^\s*<!--\s*not run:(.*)-->\s*$)");
    std::smatch found;
    return std::regex_match(block.above, found, comment)
               ? std::optional(std::string(trimmed(found.str(1))))
               : std::nullopt;
}

// The patterns of the lines that always come, and of all lines.
struct LinePatterns {
    std::vector<const Pattern*> all;
    std::vector<const Pattern*> certain;
};

void collect(const std::vector<Item>& items, bool certain, LinePatterns& to) {
    for (const Item& item : items) {
        if (const auto* pattern = std::get_if<Pattern>(&item.is)) {
            to.all.push_back(pattern);
            if (certain) {
                to.certain.push_back(pattern);
            }
        } else {
            const Block& block = std::get<Block>(item.is);
            collect(block.body, certain && block.least > 0, to);
        }
    }
}

bool takes(const Pattern& pattern, const std::string& line) {
    Pattern literal{.line = 0, .source = line, .pieces = {}};
    if (!line.empty()) {
        literal.pieces.emplace_back(line);
    }
    return common_line(literal, pattern).has_value();
}

bool is_left_out(std::string_view line) {
    line = trimmed(line);
    return line == "…" || line == "// …" || line == "...";
}

std::size_t indentation(std::span<const std::string> lines) {
    std::size_t least = std::string::npos;
    for (const std::string& line : lines) {
        if (!trimmed(line).empty()) {
            least = std::min(least, line.find_first_not_of(' '));
        }
    }
    return least == std::string::npos ? 0 : least;
}

// The same lines, each shifted by the same number of blanks.
bool same_but_shifted(std::span<const std::string> one, std::span<const std::string> other) {
    const auto cut = [](const std::string& line, std::size_t blanks) {
        return std::string_view(line).substr(std::min(blanks, line.size()));
    };
    const std::size_t here = indentation(one);
    const std::size_t there = indentation(other);
    return std::ranges::equal(one, other, [&](const std::string& a, const std::string& b) {
        return cut(a, here) == cut(b, there);
    });
}

// Index behind the first place at or after `from` where the quoted lines stand in the file.
std::optional<std::size_t> find_quoted(std::span<const std::string> quoted,
                                       std::span<const std::string> file, std::size_t from) {
    for (std::size_t at = from; at + quoted.size() <= file.size(); ++at) {
        if (same_but_shifted(quoted, file.subspan(at, quoted.size()))) {
            return at + quoted.size();
        }
    }
    return std::nullopt;
}

Words own_lines(const std::string& text) {
    Words lines;
    for (const auto line : split_lines(text)) {
        lines.emplace_back(line);
    }
    return lines;
}

class PageRules {
public:
    PageRules(const Survey& survey, const fs::path& file, Problems& problems)
        : survey_(survey),
          file_(file),
          text_(read_file(file)),
          page_(read_markdown(text_)),
          problems_(problems) {}

    void check() {
        if (page_.unclosed != 0) {
            add(page_.unclosed, "a code block is not closed", "close it with ```");
        }
        for (const Link& link : page_.links) {
            check_link(link);
        }
        for (const CodeBlock& block : page_.blocks) {
            check_quoted_code(block);
            if (is_terminal(block)) {
                check_terminal(block);
            }
        }
        check_lines();
    }

    void check_lesson(const std::vector<const Entry*>& entries) {
        check_opening();
        std::vector<std::string> sections;
        for (const Entry* entry : entries) {
            if (entry->is == Entry::Is::stage) {
                sections.push_back("Stage " + entry->key);
            } else {
                check_linked(*entry);
            }
        }
        sections.insert(sections.end(),
                        {"Under the hood", "Exercises", "Check your understanding"});
        auto next = page_.titles.begin();
        for (const std::string& section : sections) {
            const auto found = std::find_if(next, page_.titles.end(), [&](const Title& title) {
                return title.level == 2 && begins_as(title.text, section);
            });
            if (found == page_.titles.end()) {
                add(0, "no section \"" + section + "\", or not in its place",
                    "a lesson has a section for each stage, then Under the hood, Exercises, Check "
                    "your understanding");
            } else {
                next = found + 1;
            }
        }
    }

    void check_task() {
        if (page_.titles.empty() || page_.titles.front().level != 1) {
            add(1, "no title", "begin with # NN Name: what it is about");
        }
        int lines = 0;
        for (const ProseLine& line : page_.prose) {
            // What follows explains failures, or is a hint.
            if (line.text.starts_with("##") || line.text.find("<details>") != std::string::npos) {
                break;
            }
            lines += trimmed(line.text).empty() || line.text.starts_with('#') ? 0 : 1;
        }
        if (lines < shortest_task || lines > longest_task) {
            add(0, "the task takes " + std::to_string(lines) + " lines", "it has 10 to 25");
        }
        const auto given = std::ranges::count_if(page_.prose, [](const ProseLine& line) {
            return line.text.find("<details><summary>Hint") != std::string::npos;
        });
        const auto folded = std::ranges::count_if(page_.prose, [](const ProseLine& line) {
            return line.text.find("<details>") != std::string::npos;
        });
        if (given != hints || folded != hints) {
            add(0, "hints: " + std::to_string(given) + " of " + std::to_string(folded) + " folds",
                "three graded ones, each <details><summary>Hint N: …</summary>");
        }
    }

private:
    void add(int line, std::string what, std::string remedy) {
        problems_.push_back({file_, line, std::move(what), std::move(remedy)});
    }

    static bool begins_as(std::string_view title, std::string_view section) {
        return title.starts_with(section) &&
               (title.size() == section.size() || title[section.size()] == ':');
    }

    // Title, one picture, what you will be able to do, what to hold on to: before the first
    // section.
    void check_opening() {
        if (page_.titles.empty() || page_.titles.front().level != 1 ||
            !page_.titles.front().text.starts_with("Chapter ")) {
            add(1, "no title", "begin with # Chapter N: its subject");
        }
        const auto section = std::ranges::find(page_.titles, 2, &Title::level);
        const int end = section == page_.titles.end() ? 0 : section->line;
        if (const auto pictures = std::ranges::count_if(page_.blocks,
                                                        [&](const CodeBlock& block) {
                                                            return block.language == "mermaid" &&
                                                                   block.line < end;
                                                        });
            pictures != 1) {
            add(0, std::to_string(pictures) + " pictures before the first section",
                "one mermaid picture: what exists at the end that did not before");
        }
        for (const std::string_view words : {"By the end you can", "Hold on to"}) {
            if (std::ranges::none_of(page_.prose, [&](const ProseLine& line) {
                    return line.line < end && line.text.find(words) != std::string::npos;
                })) {
                add(0, "no \"" + std::string(words) + "\" before the first section", "add it");
            }
        }
    }

    void check_linked(const Entry& exercise) {
        const fs::path task = exercise.folder / "README.md";
        if (std::ranges::none_of(page_.links, [&](const Link& link) {
                return (file_.parent_path() / link.target).lexically_normal() == task;
            })) {
            add(0, "no link to the exercise " + exercise.id(), "add it to the section Exercises");
        }
    }

    void check_link(const Link& link) {
        if (link.target.find("://") != std::string::npos || link.target.starts_with("mailto:")) {
            return;
        }
        const auto hash = std::min(link.target.find('#'), link.target.size());
        const fs::path target =
            hash == 0 ? file_
                      : (file_.parent_path() / link.target.substr(0, hash)).lexically_normal();
        if (!fs::exists(target)) {
            add(link.line, "the link " + link.target + " leads nowhere", "correct it");
        } else if (hash != link.target.size() &&
                   !headings(read_file(target)).contains(link.target.substr(hash + 1))) {
            add(link.line, "the link " + link.target + " leads to no heading", "correct it");
        }
    }

    // What a reader reads on a screen; the tools' manuals have wide tables and are left alone.
    void check_lines() {
        static const std::regex machine_path(R"((^|[\s(`"'])/(home|root|tmp)/)");
        const bool manual = file_.string().starts_with(survey_.catalog.root().string() + "/tools/");
        for (const ProseLine& line : page_.prose) {
            if (!manual && characters(line.text) > longest_line && !line.text.starts_with('|') &&
                line.text.find("://") == std::string::npos) {
                add(line.line, "more than 120 characters", "break the line");
            }
            if (std::regex_search(line.text, machine_path)) {
                add(line.line, "a path of one machine", "name it relative to the repository");
            }
        }
    }

    void check_terminal(const CodeBlock& block) {
        const auto excuse = not_run(block);
        if (excuse && excuse->empty()) {
            add(block.line, "\"not run:\" gives no reason", "say why");
        }
        for (const Typed& typed : typed_in(block)) {
            const Words words = words_of(typed.command);
            if (words.empty()) {
                continue;
            }
            if (const auto why = excuse ? std::nullopt : why_not_a_command(words)) {
                add(typed.line, *why, "correct it, or put <!-- not run: why --> before the block");
            }
            check_output(typed, words);
        }
    }

    // Nothing if `words` can be typed at the repository's root as they stand.
    std::optional<std::string> why_not_a_command(const Words& words) const {
        if (words[0] == "ctest") {
            const auto label = std::ranges::find(words, "-L");
            return label == words.end() || label + 1 == words.end() ? std::nullopt
                                                                    : why_no_entry(*(label + 1));
        }
        if (words[0] != "tools/workshop") {
            return stage_run_by(words) != nullptr
                       ? std::nullopt
                       : std::optional(in_quotes(words[0]) +
                                       " is neither tools/workshop nor ctest");
        }
        const auto verb =
            std::ranges::find_if(words.begin() + 1, words.end(),
                                 [](const auto& word) { return !word.starts_with("--"); });
        if (verb == words.end()) {
            return std::nullopt;
        }
        if (std::ranges::find(survey_.verbs, *verb) == survey_.verbs.end()) {
            return "tools/workshop has no verb " + in_quotes(*verb);
        }
        for (auto word = verb + 1; word != words.end(); ++word) {
            if (auto why = why_no_entry(*word)) {
                return why;
            }
        }
        return std::nullopt;
    }

    // Nothing if `word` names an entry, a chapter, or something else than these.
    std::optional<std::string> why_no_entry(std::string word) const {
        static const std::regex name(R"((work/)?(ch[0-9][0-9])(?:[-/]([a-z0-9]+).*)?)");
        std::smatch found;
        if (!std::regex_match(word, found, name)) {
            return std::nullopt;
        }
        const bool known = std::ranges::any_of(survey_.catalog.entries(), [&](const Entry& entry) {
            return entry.chapter == found.str(2) &&
                   (!found[3].matched || entry.key == found.str(3));
        });
        return known ? std::nullopt : std::optional("there is no " + word);
    }

    // The stage whose program the command is, alone; null for all other commands.
    const Entry* stage_run_by(const Words& words) const {
        const std::string program = fs::path(words[0]).filename().string();
        const auto& entries = survey_.catalog.entries();
        const auto found = std::ranges::find_if(entries, [&](const Entry& entry) {
            return entry.is == Entry::Is::stage && entry.target() == program;
        });
        return found == entries.end() ? nullptr : &*found;
    }

    const Entry* stage_watched_by(const Words& words) const {
        if (words.size() < 3 || words[0] != "tools/workshop" || words[1] != "run") {
            return nullptr;
        }
        const auto found = std::ranges::find(survey_.catalog.entries(), words[2], &Entry::id);
        return found == survey_.catalog.entries().end() ? nullptr : &*found;
    }

    // Line by line: each could be one of expected.txt, and each that always comes is there. The
    // replies' texts, and the order that comes from them, are not known here.
    void check_output(const Typed& typed, const Words& words) {
        const Entry* stage = stage_run_by(words);
        Words output = typed.output;
        if (const Entry* watched = stage_watched_by(words)) {
            static const std::regex printed(R"(^ *[0-9]+ ms  stdout  (.*)$)");
            stage = watched;
            output.clear();
            for (const std::string& line : typed.output) {
                if (std::smatch found; std::regex_match(line, found, printed)) {
                    output.push_back(found.str(1));
                }
            }
        }
        const auto spec = stage == nullptr ? survey_.specs.end() : survey_.specs.find(stage->id());
        if (spec == survey_.specs.end() || output.empty()) {
            return;
        }
        try {
            compare_output(typed.line, output, read_expected(spec->second.cases.front().expected));
        } catch (const SpecError&) {
            return;  // told where the entry is looked at
        }
    }

    void compare_output(int line, const Words& output, const Expected& expected) {
        LinePatterns patterns;
        collect(expected.body, true, patterns);
        bool whole = true;
        for (const std::string& printed : output) {
            if (is_left_out(printed)) {
                whole = false;
            } else if (std::ranges::none_of(
                           patterns.all, [&](const auto* one) { return takes(*one, printed); })) {
                add(line,
                    "quotes the output " + in_quotes(printed) + ", which " +
                        expected.file.filename().string() + " does not allow",
                    "quote a real run");
            }
        }
        for (const Pattern* pattern : patterns.certain) {
            if (whole && std::ranges::none_of(output, [&](const std::string& printed) {
                    return takes(*pattern, printed);
                })) {
                add(line, "quotes an output without " + in_quotes(pattern->source),
                    "quote a real run, whole or with a line … for what is left out");
            }
        }
    }

    // `file`, `symbol`: above a block says where its lines stand.
    void check_quoted_code(const CodeBlock& block) {
        static const std::regex quotes(R"(^\s*`([^` ]+\.[a-zA-Z]+)`(?:, `([^`]+)`)?:$)");
        std::smatch found;
        if (!std::regex_match(block.above, found, quotes)) {
            return;
        }
        const fs::path source = (file_.parent_path() / found.str(1)).lexically_normal();
        if (!fs::is_regular_file(source)) {
            add(block.line, "quotes " + found.str(1) + ", which is not there", "correct the name");
            return;
        }
        const std::string text = read_file(source);
        const std::string symbol = found.str(2);
        const auto scope = symbol.rfind("::");
        const std::string plain = symbol.substr(scope == std::string::npos ? 0 : scope + 2);
        if (text.find(plain) == std::string::npos) {
            add(block.line, found.str(1) + " has no " + symbol, "correct the name");
        }
        const Words lines = own_lines(text);
        std::size_t at = 0;
        Words part;
        const auto end_part = [&] {
            const auto behind = part.empty() ? std::optional(at) : find_quoted(part, lines, at);
            at = behind.value_or(at);
            return std::exchange(part, {}).empty() || behind.has_value();
        };
        bool all = true;
        for (const std::string& line : block.lines) {
            if (is_left_out(line)) {
                all = end_part() && all;
            } else {
                part.push_back(line);
            }
        }
        if (!end_part() || !all) {
            add(block.line, "these lines do not stand in " + found.str(1),
                "quote them as they stand there");
        }
    }

    const Survey& survey_;
    fs::path file_;
    std::string text_;
    Markdown page_;
    Problems& problems_;
};

}  // namespace

Problems page_problems(const Survey& survey) {
    Problems problems;
    std::map<fs::path, std::vector<const Entry*>> lessons;
    std::set<fs::path> tasks;
    for (const Entry& entry : survey.catalog.entries()) {
        lessons[entry.chapter_folder / "README.md"].push_back(&entry);
        if (entry.is == Entry::Is::exercise) {
            tasks.insert(entry.folder / "README.md");
        }
    }
    for (const fs::path& file : survey.files) {
        if (file.extension() != ".md") {
            continue;
        }
        PageRules rules(survey, file, problems);
        rules.check();
        if (const auto lesson = lessons.extract(file); !lesson.empty()) {
            rules.check_lesson(lesson.mapped());
        }
        if (tasks.erase(file) != 0) {
            rules.check_task();
        }
    }
    for (const auto& [file, entries] : lessons) {
        problems.push_back({file, 0, "is missing", "each chapter has a lesson"});
    }
    for (const fs::path& file : tasks) {
        problems.push_back({file, 0, "is missing", "it tells the exercise's task"});
    }
    return problems;
}

}  // namespace checker
