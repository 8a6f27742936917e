// The survey, the rules about files as such, and the repairs.
#include "lint.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <tuple>

#include "carry.hpp"
#include "files.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

constexpr std::array top_level{"README.md",
                               "CMakeLists.txt",
                               "CMakePresets.json",
                               "CTestTestfile.cmake",
                               "LICENSE",
                               ".gitignore",
                               ".clang-format",
                               ".clang-tidy",
                               ".clangd",
                               ".ci",
                               "tools",
                               ".git"};

// The plain names in .gitignore: build trees, the reader's copies.
std::set<std::string> ignored_names(const fs::path& root) {
    std::set<std::string> names;
    const fs::path file = root / ".gitignore";
    const std::string text = fs::is_regular_file(file) ? read_file(file) : "";
    for (std::string_view line : split_lines(text)) {
        line = trimmed(line);
        while (line.starts_with('/')) {
            line.remove_prefix(1);
        }
        while (line.ends_with('/')) {
            line.remove_suffix(1);
        }
        names.insert(std::string(line));
    }
    return names;
}

// Patches and expected outputs may end a line in blanks that matter.
bool is_tidy_text(const fs::path& file) {
    static const std::set<std::string> kinds{".md",   ".cpp",   ".hpp", ".h", ".c",
                                             ".json", ".cmake", ".sh",  ".S", ".py"};
    return kinds.contains(file.extension().string()) || file.filename() == "CMakeLists.txt" ||
           file.filename() == "workshop";
}

std::string tidied(std::string_view text) {
    std::string tidy;
    for (const std::string_view line : split_lines(text)) {
        const auto last = line.find_last_not_of(" \t\r");
        tidy += line.substr(0, last == std::string_view::npos ? 0 : last + 1);
        tidy += '\n';
    }
    return tidy;
}

void check_tidiness(const fs::path& file, Problems& problems) {
    const std::string text = read_file(file);
    int number = 0;
    for (const std::string_view line : split_lines(text)) {
        ++number;
        if (!line.empty() && std::string_view(" \t\r").find(line.back()) != line.npos) {
            problems.push_back({file, number, "a blank ends the line", "lint --fix removes it"});
        }
    }
    if (!text.empty() && text.back() != '\n') {
        problems.push_back({file, number, "the last line lacks its newline", "lint --fix adds it"});
    }
}

void check_top_level(const fs::path& root, Problems& problems) {
    static const std::regex chapter("ch[0-9][0-9]-[a-z0-9-]+");
    const auto ignored = ignored_names(root);
    for (const auto& file : fs::directory_iterator(root)) {
        const std::string name = file.path().filename().string();
        if (std::ranges::find(top_level, name) == top_level.end() && !ignored.contains(name) &&
            !std::regex_match(name, chapter)) {
            problems.push_back({file.path(), 0, "the top level holds nothing of this name",
                                "move it below a chapter or tools/, or remove it"});
        }
    }
}

// A folder that looks like a stage and has no check.json is judged by nobody.
void check_entry_folders(const fs::path& place, const std::regex& name, Problems& problems) {
    if (!fs::is_directory(place)) {
        return;
    }
    for (const auto& folder : fs::directory_iterator(place)) {
        if (!folder.is_directory() || folder.path().filename() == "exercises") {
            continue;
        }
        if (!std::regex_match(folder.path().filename().string(), name)) {
            problems.push_back({folder.path(), 0, "neither a stage (x-name) nor exercises/",
                                "give it a stage's name, or move it into one"});
        } else if (!fs::exists(folder.path() / "check.json")) {
            problems.push_back({folder.path(), 0, "has no check.json, so nothing judges it",
                                "say in one what it promises"});
        }
    }
}

void check_chapter(const fs::path& folder, Problems& problems) {
    static const std::regex stage("[a-z]-[a-z0-9-]+");
    static const std::regex exercise("[0-9][0-9]-[a-z0-9-]+");
    check_entry_folders(folder, stage, problems);
    check_entry_folders(folder / "exercises", exercise, problems);
    const fs::path cmake = folder / "CMakeLists.txt";
    const std::string text = fs::is_regular_file(cmake) ? read_file(cmake) : "";
    const std::string last =
        "include(${CMAKE_CURRENT_SOURCE_DIR}/../tools/cmake/checks.cmake "
        "OPTIONAL)";
    if (!text.ends_with("\n" + last + "\n")) {
        problems.push_back(
            {cmake, 0, "the last line does not bring in the checks", "end it with " + last});
    }
}

std::set<fs::path> chapter_folders(const Catalog& catalog) {
    std::set<fs::path> folders;
    for (const Entry& entry : catalog.entries()) {
        folders.insert(entry.chapter_folder);
    }
    return folders;
}

// The first of its line: whom a copy comes from in the end.
StageFile origin_of(const Survey& survey, StageFile copy) {
    std::set<std::string> seen;
    while (copy.entry != nullptr && survey.specs.contains(copy.entry->id()) &&
           seen.insert(copy.name()).second) {
        const auto& carries = survey.specs.at(copy.entry->id()).carries;
        const auto found = carries.find(copy.file);
        if (found == carries.end()) {
            return copy;
        }
        copy = stage_file(survey.catalog, found->second);
    }
    return {};
}

}  // namespace

Survey survey(const Catalog& catalog, std::vector<std::string> verbs) {
    Survey made{catalog, {}, std::move(verbs), {}, {}};
    for (const Entry& entry : catalog.entries()) {
        try {
            made.specs.emplace(entry.id(), read_spec(entry.folder / "check.json"));
        } catch (const SpecError& error) {
            made.problems.push_back(problem_of(error));
        }
    }
    const auto ignored = ignored_names(catalog.root());
    for (auto place = fs::recursive_directory_iterator(catalog.root());
         place != fs::recursive_directory_iterator(); ++place) {
        const std::string name = place->path().filename().string();
        if (name == ".git" || ignored.contains(name)) {
            place.disable_recursion_pending();
        } else if (place->is_symlink()) {
            made.problems.push_back({place->path(), 0, "a symbolic link",
                                     "put a copy in its place; lineage keeps copies equal"});
        } else if (place->is_regular_file()) {
            made.files.push_back(place->path());
        }
    }
    std::ranges::sort(made.files);
    return made;
}

Problems tree_problems(const Survey& survey) {
    Problems problems;
    check_top_level(survey.catalog.root(), problems);
    for (const fs::path& chapter : chapter_folders(survey.catalog)) {
        check_chapter(chapter, problems);
    }
    for (const fs::path& file : survey.files) {
        if (is_tidy_text(file)) {
            check_tidiness(file, problems);
        }
    }
    return problems;
}

Problems lint(const Survey& survey) {
    Problems problems = survey.problems;
    for (const Problems& some :
         {lineage_problems(survey.catalog, survey.specs), tree_problems(survey),
          entry_problems(survey), page_problems(survey)}) {
        problems.insert(problems.end(), some.begin(), some.end());
    }
    std::ranges::sort(problems, [](const Problem& one, const Problem& other) {
        return std::tie(one.file, one.line, one.what) <
               std::tie(other.file, other.line, other.what);
    });
    return problems;
}

std::vector<std::string> fix(const Survey& survey, const fs::path& scratch_root) {
    std::vector<std::string> done;
    for (const fs::path& file : survey.files) {
        if (!is_tidy_text(file)) {
            continue;
        }
        const std::string text = read_file(file);
        if (const std::string tidy = tidied(text); tidy != text) {
            replace_file(file, tidy);
            done.push_back(file.lexically_relative(survey.catalog.root()).string() +
                           ": blanks and newlines put right");
        }
    }
    std::set<std::string> origins;
    for (const auto& [id, spec] : survey.specs) {
        for (const auto& [file, source] : spec.carries) {
            const StageFile origin = origin_of(survey, stage_file(survey.catalog, id + "/" + file));
            if (origin.entry == nullptr || !fs::is_regular_file(origin.path()) ||
                !origins.insert(origin.name()).second) {
                continue;
            }
            const Carried carried = carry(survey.catalog, survey.specs, origin, scratch_root);
            done.insert(done.end(), carried.done.begin(), carried.done.end());
        }
    }
    return done;
}

}  // namespace checker
