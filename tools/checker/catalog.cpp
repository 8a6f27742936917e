// Folder names carry all meaning: chNN-topic/x-name, chNN-topic/exercises/NN-name.
#include "catalog.hpp"

#include <algorithm>
#include <cctype>

#include "text.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

bool digits(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::vector<fs::path> sorted_folders(const fs::path& folder) {
    std::vector<fs::path> found;
    if (fs::is_directory(folder)) {
        for (const auto& file : fs::directory_iterator(folder)) {
            if (file.is_directory()) {
                found.push_back(file.path());
            }
        }
    }
    std::ranges::sort(found);
    return found;
}

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? "" : text.substr(end + 1);
    }
    return parts;
}

// "ch04", "4", "04", "ch04-event-queue" → "ch04"; empty if it is none of these.
std::string chapter_of(std::string_view word) {
    if (word.starts_with("ch")) {
        word.remove_prefix(2);
    }
    const std::string_view number = word.substr(0, word.find('-'));
    if (!digits(number) || number.size() > 2) {
        return {};
    }
    return "ch" + std::string(2 - number.size(), '0') + std::string(number);
}

// "a", "a-epoll" → "a"; "1", "01", "01-edge-triggered" → "01".
std::string key_of(std::string_view word) {
    const std::string_view head = word.substr(0, word.find('-'));
    if (digits(head) && head.size() <= 2) {
        return std::string(2 - head.size(), '0') + std::string(head);
    }
    return head.size() == 1 && std::islower(static_cast<unsigned char>(head[0])) != 0
               ? std::string(head)
               : "";
}

// "ch04-a", "ch04-01", "4a" written as one word.
std::vector<std::string> split_short_name(const std::string& word) {
    const std::size_t begin = word.starts_with("ch") ? 2 : 0;
    const auto end = word.find_first_not_of("0123456789", begin);
    if (end == std::string::npos || end == begin) {
        return {word};
    }
    const std::size_t rest = word[end] == '-' ? end + 1 : end;
    const std::string key = word.substr(rest);
    const bool is_key = key.size() == 1 || (digits(key) && key.size() <= 2);
    return is_key ? std::vector{word.substr(0, end), key} : std::vector{word};
}

}  // namespace

std::string Subject::id() const {
    switch (is) {
        case Is::starter:
            return entry.id() + "/starter";
        case Is::mutant:
            return entry.id() + "/mutants/" + name;
        case Is::variant:
            return entry.id() + "/variants/" + name;
        case Is::work:
            return "work/" + entry.id();
        case Is::right:
            break;
    }
    return entry.id() + (entry.is == Entry::Is::exercise ? "/solution" : "");
}

std::vector<std::string> parts_of(const Entry& entry, std::string_view kind) {
    std::vector<std::string> names;
    const fs::path folder = entry.folder / kind;
    if (fs::is_directory(folder)) {
        for (const auto& file : fs::directory_iterator(folder)) {
            names.push_back(file.path().stem().string());
        }
    }
    std::ranges::sort(names);
    return names;
}

bool is_editors_own(const fs::path& name) {
    const std::string text = name.string();
    return text.starts_with('.') || text.ends_with('~') || digits(text);
}

std::vector<fs::path> files_to_edit(const fs::path& folder) {
    std::vector<fs::path> files;
    for (auto place = fs::recursive_directory_iterator(folder);
         place != fs::recursive_directory_iterator(); ++place) {
        const fs::path name = place->path().filename();
        const bool judges = name.extension() == ".json" || name.extension() == ".txt" ||
                            name == "mutants" || name == "variants";
        if (place->is_directory() && (judges || is_editors_own(name))) {
            place.disable_recursion_pending();
        } else if (place->is_regular_file() && !judges && !is_editors_own(name)) {
            files.push_back(place->path());
        }
    }
    std::ranges::sort(files);
    return files;
}

Catalog::Catalog(fs::path root) : root_(std::move(root)) {
    for (const auto& chapter_folder : sorted_folders(root_)) {
        const std::string folder_name = chapter_folder.filename().string();
        const std::string chapter = folder_name.starts_with("ch") ? chapter_of(folder_name) : "";
        if (chapter.empty()) {
            continue;
        }
        const auto add = [&](const fs::path& folder, Entry::Is is) {
            const std::string key = key_of(folder.filename().string());
            if (!key.empty() && fs::exists(folder / "check.json")) {
                entries_.push_back({is, chapter, key, folder, chapter_folder});
            }
        };
        for (const auto& folder : sorted_folders(chapter_folder)) {
            add(folder, Entry::Is::stage);
        }
        for (const auto& folder : sorted_folders(chapter_folder / "exercises")) {
            add(folder, Entry::Is::exercise);
        }
    }
}

const Entry* Catalog::find(const std::string& chapter, const std::string& key) const {
    const auto found = std::ranges::find_if(
        entries_, [&](const Entry& entry) { return entry.chapter == chapter && entry.key == key; });
    return found == entries_.end() ? nullptr : &*found;
}

std::vector<Subject> Catalog::whole_chapter(const std::string& chapter) const {
    std::vector<Subject> subjects;
    for (const Entry& entry : entries_) {
        const bool begun = fs::is_directory(entry.work_folder(root_));
        if (entry.chapter == chapter && (entry.is == Entry::Is::stage || begun)) {
            subjects.push_back(
                entry.is == Entry::Is::stage
                    ? Subject{.is = Subject::Is::right, .entry = entry, .name = {}, .source = {}}
                    : own(entry));
        }
    }
    return subjects;
}

Subject Catalog::own(const Entry& entry) const {
    if (entry.is == Entry::Is::stage) {
        return {.is = Subject::Is::right, .entry = entry, .name = {}, .source = {}};
    }
    const fs::path folder = entry.work_folder(root_);
    if (!fs::is_directory(folder)) {
        throw UsageError("you have no copy of " + entry.id() + " yet: tools/workshop start " +
                         entry.id() + " (the model answer is " + entry.id() + "/solution)");
    }
    return {.is = Subject::Is::work, .entry = entry, .name = {}, .source = folder};
}

Subject Catalog::part(const Entry& entry, const std::string& kind, const std::string& name) const {
    if (kind == "solution" && entry.is == Entry::Is::exercise) {
        return {.is = Subject::Is::right, .entry = entry, .name = {}, .source = {}};
    }
    if (kind == "starter" && entry.is == Entry::Is::exercise) {
        return {.is = Subject::Is::starter, .entry = entry, .name = {}, .source = {}};
    }
    const auto names = parts_of(entry, kind);
    if (std::ranges::find(names, name) == names.end()) {
        throw UsageError(entry.id() + " has no " + kind + "/" + name +
                         (names.empty() ? std::string() : "; there are: " + one_of(names)));
    }
    if (kind == "mutants") {
        return {Subject::Is::mutant, entry, name, entry.folder / "mutants" / (name + ".patch")};
    }
    return {Subject::Is::variant, entry, name, entry.folder / "variants" / name};
}

std::vector<std::string> Catalog::words_of(std::string_view what) const {
    std::string text(what);
    while (text.ends_with('/')) {
        text.pop_back();
    }
    // A path is made relative to the repository, and reads like the other names from there on.
    std::error_code none;
    if (const auto real = fs::weakly_canonical(text, none);
        !none && fs::exists(real) &&
        (text.starts_with('/') || text.starts_with('.') || text.starts_with("ch"))) {
        const auto relative = real.lexically_relative(fs::weakly_canonical(root_));
        if (!relative.empty() && *relative.begin() != "..") {
            text = relative.string();
        }
    }
    auto words = split(text, '/');
    if (words.size() == 1) {
        words = split_short_name(words[0]);
    }
    std::erase(words, "exercises");
    return words;
}

const Entry& Catalog::entry_of(const std::vector<std::string>& words, std::string_view what) const {
    const std::string chapter = chapter_of(words[0]);
    const Entry* entry = find(chapter, words.size() > 1 ? key_of(words[1]) : "");
    if (entry == nullptr) {
        throw UsageError("there is no '" + std::string(what) + "' in " + chapter +
                         " (tools/workshop list shows what there is)");
    }
    return *entry;
}

std::vector<Subject> Catalog::resolve(std::string_view what) const {
    auto words = words_of(what);
    const bool work = !words.empty() && words[0] == "work";
    if (work) {
        words.erase(words.begin());
    }
    const auto in_chapter = whole_chapter(words.empty() ? "" : chapter_of(words[0]));
    if (in_chapter.empty()) {
        throw UsageError("there is no '" + std::string(what) +
                         "' (try: tools/workshop list; names look like ch04, ch04/a, ch04/01)");
    }
    if (words.size() == 1) {
        return in_chapter;
    }
    const Entry& entry = entry_of(words, what);
    if (work) {
        const fs::path own_copy = entry.work_folder(root_);
        if (!fs::is_directory(own_copy)) {
            throw UsageError("there is no " + own_copy.lexically_relative(root_).string() +
                             " yet: tools/workshop start " + entry.id());
        }
        return {{.is = Subject::Is::work, .entry = entry, .name = {}, .source = own_copy}};
    }
    if (words.size() == 2) {
        return {own(entry)};
    }
    const std::string name = words.size() > 3 ? fs::path(words[3]).stem().string() : "";
    return {part(entry, words[2], name)};
}

Subject Catalog::subject(std::string_view what) const {
    auto subjects = resolve(what);
    auto words = words_of(what);
    std::erase(words, "work");
    if (words.size() < 2) {
        throw UsageError("'" + std::string(what) +
                         "' is a chapter; give one stage or exercise, such as ch04/a or ch04/01");
    }
    return std::move(subjects.front());
}

bool Catalog::names_entry(std::string_view what) const {
    const auto words = words_of(what);
    return words.size() == 2 && words[0] != "work";
}

const Entry& Catalog::entry(std::string_view what) const {
    auto words = words_of(what);
    if (!words.empty() && words[0] == "work") {
        words.erase(words.begin());
    }
    if (words.size() != 2 || chapter_of(words[0]).empty()) {
        throw UsageError("'" + std::string(what) +
                         "' names no single stage or exercise; names look like ch04/a, ch04/01");
    }
    return entry_of(words, what);
}

const Entry* Catalog::with_id(std::string_view id) const {
    const auto found = std::ranges::find(entries_, id, &Entry::id);
    return found == entries_.end() ? nullptr : &*found;
}

}  // namespace checker
