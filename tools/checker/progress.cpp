// Read, change, replace, under a lock. The document stays JSON on its way through, so that keys of
// a later version survive an earlier one.
#include "progress.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "file_lock.hpp"
#include "files.hpp"
#include "spec.hpp"
#include "text.hpp"
#include "trial.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view own_prefix = "work/";

std::string today() {
    const std::chrono::year_month_day date(
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
    std::string text(16, '\0');
    const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", int(date.year()),
                                   unsigned(date.month()), unsigned(date.day()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

bool well_formed(const json& document) {
    const auto fits = [](const json& object, const char* key, bool (json::*is)() const noexcept) {
        return !object.contains(key) || (object[key].*is)();
    };
    if (!document.is_object() || !fits(document, "last", &json::is_string) ||
        !fits(document, "next", &json::is_string) || !fits(document, "entries", &json::is_object)) {
        return false;
    }
    return !document.contains("entries") ||
           std::ranges::all_of(document["entries"], [&](const json& entry) {
               return entry.is_object() && fits(entry, "passed", &json::is_string) &&
                      fits(entry, "hints", &json::is_number_unsigned);
           });
}

// Nothing if what stands in the file is no record. A file that isn't there is an empty one.
std::optional<json> parse(const fs::path& file) {
    if (!fs::exists(file)) {
        return json::object();
    }
    json document = json::parse(read_file(file), nullptr, false);
    return well_formed(document) ? std::optional(std::move(document)) : std::nullopt;
}

Record record_of(const json& document) {
    Record record{.passed = {},
                  .hints = {},
                  .last = document.value("last", ""),
                  .next = document.value("next", "")};
    const json entries = document.value("entries", json::object());
    for (const auto& [id, entry] : entries.items()) {
        if (entry.contains("passed")) {
            record.passed[id] = entry["passed"].get<std::string>();
        }
        record.hints[id] = entry.value("hints", std::size_t{0});
    }
    return record;
}

// Never over an older one: that may be all that is left of somebody's weeks.
fs::path free_name(const fs::path& wanted) {
    fs::path name = wanted;
    for (int n = 2; fs::exists(name); ++n) {
        name = wanted.string() + "-" + std::to_string(n);
    }
    return name;
}

bool can_be_judged(const Entry& entry) {
    try {
        return why_not_here(read_spec(entry.folder / "check.json")).empty();
    } catch (const SpecError&) {
        return true;  // `check` will say what is wrong with it
    }
}

NextStep step_to(const Catalog& catalog, const Entry& entry, const std::string& what) {
    const auto shown = [&](const fs::path& path) {
        return path.lexically_relative(catalog.root()).string();
    };
    const fs::path copy = entry.work_folder(catalog.root());
    const bool begun = fs::is_directory(copy);
    const bool own = entry.is == Entry::Is::exercise || what.starts_with(own_prefix);
    const std::string command = own && !begun ? "start " + entry.id() : "check " + what;
    const std::string comment = own && begun ? "your copy: " + shown(copy)
                                : entry.is == Entry::Is::exercise
                                    ? "the task: " + shown(entry.folder / "README.md")
                                    : "the lesson: " + shown(entry.chapter_folder / "README.md");
    return {&entry, what, "tools/workshop " + command + "   # " + comment};
}

NextStep find_next(const Catalog& catalog, const Record& record, bool exercises_only) {
    const auto& entries = catalog.entries();
    const bool own_stage = record.last.starts_with(own_prefix);
    const Entry* last =
        catalog.with_id(std::string_view(record.last).substr(own_stage ? own_prefix.size() : 0));
    const auto wanted = [&](const Entry& entry, const std::string& id) {
        return (!exercises_only || entry.is == Entry::Is::exercise) &&
               !record.passed.contains(id) && can_be_judged(entry);
    };
    if (last != nullptr && wanted(*last, record.last)) {
        return step_to(catalog, *last, record.last);
    }
    const std::size_t from =
        last == nullptr ? 0 : static_cast<std::size_t>(last - entries.data()) + 1;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Entry& entry = entries[(from + i) % entries.size()];
        if (wanted(entry, entry.id())) {
            return step_to(catalog, entry, entry.id());
        }
    }
    return {nullptr,
            {},
            std::string("nothing: ") + (exercises_only ? "every exercise" : "all") +
                " that can be checked here has passed"};
}

}  // namespace

std::string own_progress_id(const Entry& entry) {
    return (entry.is == Entry::Is::exercise ? "" : std::string(own_prefix)) + entry.id();
}

std::string progress_id(const Subject& subject) {
    if (subject.is == Subject::Is::work) {
        return own_progress_id(subject.entry);
    }
    const bool stage = subject.entry.is == Entry::Is::stage;
    return subject.is == Subject::Is::right && stage ? subject.entry.id() : "";
}

NextStep next_step(const Catalog& catalog, const Record& record) {
    return find_next(catalog, record, false);
}

NextStep next_exercise(const Catalog& catalog, const Record& record) {
    return find_next(catalog, record, true);
}

Progress::Progress(const Catalog& catalog)
    : catalog_(catalog),
      file_(catalog.root() / "work/progress.json"),
      lock_(catalog.root() / "work/.progress.lock") {}

void Progress::tell(const std::string& what) const {
    if (!told_) {
        std::cerr << "checker: " << what << "\n";
    }
    told_ = true;
}

// Broken files are moved under the lock, where nobody else puts a good one in their place.
json Progress::load_locked() const {
    if (auto document = parse(file_)) {
        return std::move(*document);
    }
    const fs::path aside = free_name(file_.string() + ".broken");
    fs::rename(file_, aside);
    std::cerr << "checker: work/progress.json can't be read as a record of progress; it is kept as "
              << aside.lexically_relative(catalog_.root()).string() << ", and a new one begins\n";
    return json::object();
}

Record Progress::read() const {
    try {
        if (const auto document = parse(file_)) {
            return record_of(*document);
        }
        const FileLock lock(lock_);
        return record_of(load_locked());
    } catch (const std::exception& problem) {
        tell(std::string("progress is not read: ") + problem.what());
        return {};
    }
}

void Progress::update(const std::function<void(json&)>& change) const {
    try {
        fs::create_directories(file_.parent_path());
        const FileLock lock(lock_);
        const json before = load_locked();
        json document = before;
        change(document);
        document["next"] = next_step(catalog_, record_of(document)).text;
        if (document != before) {
            replace_file(file_, document.dump(2) + "\n");
        }
    } catch (const std::exception& problem) {
        tell(std::string("progress is not kept: ") + problem.what());
    }
}

void Progress::passed(const Subject& subject) const {
    const std::string id = progress_id(subject);
    if (id.empty()) {
        return;
    }
    update([&](json& document) {
        json& entry = document["entries"][id];
        if (!entry.contains("passed")) {
            entry["passed"] = today();
        }
        if (subject.is == Subject::Is::work) {
            document["last"] = id;
        }
    });
}

void Progress::begun(const Entry& entry) const {
    update([&](json& document) { document["last"] = own_progress_id(entry); });
}

void Progress::reset(const Entry& entry) const {
    const std::string id = own_progress_id(entry);
    update([&](json& document) {
        document["last"] = id;
        document["entries"].emplace(id, json::object()).first->erase("passed");
    });
}

void Progress::hinted(const Entry& entry, std::size_t hints) const {
    const std::string id = own_progress_id(entry);
    update([&](json& document) {
        document["last"] = id;
        document["entries"][id]["hints"] = hints;
    });
}

void Progress::refresh() const {
    const Record record = read();
    if (!record.next.empty() && record.next != next_step(catalog_, record).text) {
        update([](json&) {});
    }
}

}  // namespace checker
