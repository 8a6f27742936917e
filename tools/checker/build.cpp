// Building by overlay: `ninja -t commands` tells how the right program is compiled; the same
// commands with other paths make the subject. A key over commands and sources saves repeated work.
#include "build.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <set>
#include <utility>

#include "fd.hpp"
#include "file_lock.hpp"
#include "files.hpp"
#include "mutant.hpp"
#include "platform.hpp"
#include "stop.hpp"
#include "text.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// Held while the build tree changes: ninja must not run twice in it.
FileLock build_lock(const fs::path& folder) {
    fs::create_directories(folder);
    return FileLock(folder / "lock");
}

// Splits what CMake wrote for /bin/sh: words, double and single quotes, backslashes.
Words shell_words(std::string_view text) {
    Words words;
    std::string word;
    bool in_word = false;
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == '\0' && c == ' ') {
            if (in_word) {
                words.push_back(std::move(word));
            }
            word.clear();
            in_word = false;
            continue;
        }
        in_word = true;
        if (c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
            word += text[++i];
        } else {
            word += c;
        }
    }
    if (in_word) {
        words.push_back(std::move(word));
    }
    return words;
}

std::string value_after(const Words& command, const std::string& flag) {
    const auto found = std::ranges::find(command, flag);
    return found == command.end() || found + 1 == command.end() ? "" : *(found + 1);
}

void set_value_after(Words& command, const std::string& flag, const std::string& value) {
    const auto found = std::ranges::find(command, flag);
    if (found != command.end() && found + 1 != command.end()) {
        *(found + 1) = value;
    }
}

bool is_compile(const Words& command) {
    return std::ranges::find(command, "-c") != command.end();
}

// The files of `folder` that `source` includes with quotes, directly or not, itself included.
void add_includes(const fs::path& source, const std::vector<fs::path>& folders,
                  std::set<fs::path>& found) {
    if (!found.insert(source).second || !fs::is_regular_file(source)) {
        return;
    }
    const std::string text = read_file(source);
    for (const auto line : split_lines(text)) {
        const auto begin = line.find('"');
        const auto end = line.rfind('"');
        if (!line.starts_with("#include") || begin == end) {
            continue;
        }
        const auto name = line.substr(begin + 1, end - begin - 1);
        auto places = folders;
        places.insert(places.begin(), source.parent_path());
        for (const auto& place : places) {
            if (const auto file = (place / name).lexically_normal(); fs::is_regular_file(file)) {
                add_includes(file, folders, found);
                break;
            }
        }
    }
}

void copy_sources(const fs::path& from, const fs::path& to) {
    fs::create_directories(to);
    for (auto place = fs::recursive_directory_iterator(from);
         place != fs::recursive_directory_iterator(); ++place) {
        const auto name = place->path().filename();
        if (place->is_directory() && (name == "mutants" || name == "variants")) {
            place.disable_recursion_pending();
        } else if (place->is_regular_file()) {
            const auto target = to / place->path().lexically_relative(from);
            fs::create_directories(target.parent_path());
            fs::copy_file(place->path(), target, fs::copy_options::overwrite_existing);
        }
    }
}

std::string key_of(const std::vector<Words>& commands, const std::set<fs::path>& files) {
    std::string all;
    for (const Words& command : commands) {
        for (const std::string& word : command) {
            all += word + '\n';
        }
    }
    for (const fs::path& file : files) {
        all += file.string() + '\n' + (fs::is_regular_file(file) ? read_file(file) : "");
    }
    return std::to_string(std::hash<std::string>{}(all)) + " " + std::to_string(all.size());
}

}  // namespace

CommandResult run_command(const Words& argv, const fs::path& folder) {
    std::array<int, 2> ends{};
    checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    Fd read_end(ends[0]);
    Fd write_end(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), 1);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), 2);
    ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    std::vector<char*> arguments;
    for (const std::string& word : argv) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int error =
        ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        errno = error;
        throw_errno("start " + argv[0]);
    }
    write_end.reset();
    CommandResult result;
    std::array<char, 65536> buffer;
    for (ssize_t size = 0; (size = ::read(read_end.get(), buffer.data(), buffer.size())) != 0;) {
        if (size > 0) {
            result.output.append(buffer.data(), static_cast<std::size_t>(size));
        } else if (errno != EINTR) {
            throw_errno("read from " + argv[0]);
        }
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    throw_if_stopped();
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

bool in_path(const std::string& program) {
    return run_command({"sh", "-c", "command -v \"$0\" >/dev/null", program}, ".").status == 0;
}

namespace {

// CMake builds these themselves; all others are made by overlay.
bool is_target(const Subject& subject) {
    return subject.is == Subject::Is::right || subject.is == Subject::Is::starter;
}

}  // namespace

fs::path Builder::make(const Subject& subject) const {
    const std::string target = target_of(subject);
    const fs::path program = make_target(subject.entry, target);
    if (is_target(subject)) {
        return program;
    }
    const auto commands = commands_of(target);
    return make_overlay(subject, commands, overlay_of(subject, commands));
}

std::string Builder::target_of(const Subject& subject) {
    const Entry& entry = subject.entry;
    const bool unsolved = subject.is == Subject::Is::starter ||
                          (subject.is == Subject::Is::work && entry.is == Entry::Is::exercise);
    return unsolved ? entry.chapter + "-" + entry.key + "-starter" : entry.target();
}

fs::path Builder::make_target(const Entry& entry, const std::string& target,
                              const std::string& suffix) const {
    if (!fs::exists(build_ / "CMakeCache.txt")) {
        throw std::runtime_error(build_.string() +
                                 " is no build tree: configure with cmake --preset default");
    }
    const bool ninja = fs::exists(build_ / "build.ninja");
    const FileLock lock = build_lock(own_folder());
    const auto result = run_command(
        ninja ? Words{"ninja", target} : Words{"cmake", "--build", ".", "--target", target},
        build_);
    if (result.status != 0) {
        if (result.output.find("unknown target") != std::string::npos) {
            throw NoSuchTarget("the build tree " + build_.string() + " knows no target " + target +
                               ": is it in " +
                               (entry.chapter_folder.filename() / "CMakeLists.txt").string() + "?");
        }
        throw DoesNotCompile(result.output);
    }
    return binary_of(entry, target + suffix);
}

fs::path Builder::binary_of(const Entry& entry, const std::string& name) const {
    for (const auto& place : {build_ / entry.chapter_folder.filename() / name, build_ / name}) {
        if (fs::is_regular_file(place)) {
            return fs::absolute(place);
        }
    }
    throw std::runtime_error("its target was built, but there is no program " + name + " in " +
                             (build_ / entry.chapter_folder.filename()).string());
}

std::vector<Words> Builder::commands_of(const std::string& target) const {
    if (!fs::exists(build_ / "build.ninja")) {
        throw std::runtime_error(build_.string() +
                                 " was not made for ninja, which own copies and mutants need: "
                                 "configure with cmake --preset default");
    }
    const auto result = run_command({"ninja", "-t", "commands", target}, build_);
    if (result.status != 0) {
        throw std::runtime_error("ninja -t commands " + target + ": " + result.output);
    }
    std::vector<Words> commands;
    for (const auto line : split_lines(result.output)) {
        Words words = shell_words(line);
        std::erase_if(words, [](const std::string& word) { return word == ":" || word == "&&"; });
        if (!words.empty() && words.front() == "cd") {  // before a command of the chapter's own
            words.erase(words.begin(),
                        words.begin() + std::min<std::ptrdiff_t>(2, std::ssize(words)));
        }
        const std::string output = value_after(words, "-o");
        if (output.find("CMakeFiles/" + target + ".dir/") != std::string::npos ||
            fs::path(output).stem() == target) {
            commands.push_back(std::move(words));
        }
    }
    return commands;
}

void Builder::make_patched_copy(const Subject& subject, const fs::path& copy) const {
    fs::remove_all(copy);
    copy_sources(subject.entry.folder, copy);
    const auto patched = run_command(
        {"patch", "-p1", "--fuzz=0", "-s", "-i", fs::absolute(subject.source).string()}, copy);
    if (patched.status != 0) {
        throw std::runtime_error(subject.source.string() + " does not apply to " +
                                 subject.entry.folder.string() + ":\n" + patched.output);
    }
}

namespace {

std::vector<fs::path> sources_in(const fs::path& folder) {
    std::vector<fs::path> sources;
    for (const auto& file : fs::recursive_directory_iterator(folder)) {
        if (file.path().extension() == ".cpp") {
            sources.push_back(file.path());
        }
    }
    std::ranges::sort(sources);
    return sources;
}

// The sources in `copy` that take the place of `parts`, the right program's, which lie below
// `original`. What the original has, too, but not as a part, is no part of the copy's; and what is
// new is one at the top, or beside a part.
std::vector<fs::path> counterparts(const fs::path& original, const std::set<fs::path>& parts,
                                   const fs::path& copy) {
    std::set<fs::path> folders{original};
    for (const fs::path& part : parts) {
        folders.insert(part.parent_path());
    }
    auto sources = sources_in(copy);
    std::erase_if(sources, [&](const fs::path& source) {
        const fs::path there = original / source.lexically_relative(copy);
        return fs::exists(there) ? !parts.contains(there) : !folders.contains(there.parent_path());
    });
    return sources;
}

}  // namespace

// Of a mutant the copy is patched here. Of an exercise the reader's files take the place of the
// starter's, and only they: the exercise's own files come from the trusted copy. For a stage the
// whole folder is the reader's.
Builder::Overlay Builder::overlay_of(const Subject& subject,
                                     const std::vector<Words>& commands) const {
    const auto [from, to] = replaced(subject);
    Overlay overlay{.from = from, .to = to, .changed = {}, .instead = {}, .also = {}};
    if (subject.is == Subject::Is::mutant) {
        make_patched_copy(subject, to);
        for (const Section& section : read_mutant(subject.source).sections) {
            overlay.changed.push_back(from / section.file);
        }
        return overlay;
    }
    std::set<fs::path> parts;
    for (const Words& command : commands) {
        for (const fs::path word : command) {
            if (word.extension() == ".cpp" && is_below(word, from)) {
                parts.insert(word);
            }
        }
    }
    auto sources = counterparts(from, parts, to);
    if (subject.is == Subject::Is::variant || subject.entry.is == Entry::Is::stage) {
        overlay.instead = std::move(sources);
    } else {
        overlay.also = std::move(sources);
        std::erase_if(overlay.also, [&](const fs::path& source) {
            return fs::exists(from / source.lexically_relative(to));
        });
    }
    return overlay;
}

namespace {

// `path` below `from` becomes the same path below `to`; also behind a flag, as in -I/from/x.
std::string moved(const std::string& word, const std::string& from, const std::string& to) {
    const auto at = word.find(from);
    const bool whole = at != std::string::npos &&
                       (at + from.size() == word.size() || word[at + from.size()] == '/');
    return whole ? word.substr(0, at) + to + word.substr(at + from.size()) : word;
}

Words moved_words(Words words, const std::string& from, const std::string& to) {
    for (std::string& word : words) {
        word = moved(word, from, to);
    }
    return words;
}

using Compilation = Builder::Compilation;

std::set<fs::path> included_by(const Compilation& compilation) {
    std::vector<fs::path> folders;
    for (const std::string& word : compilation.command) {
        if (word.starts_with("-I")) {
            folders.emplace_back(word.substr(2));
        }
    }
    std::set<fs::path> included;
    add_includes(compilation.source, folders, included);
    return included;
}

Compilation retargeted(const Compilation& original, const fs::path& source,
                       const std::string& object, const std::string& from, const std::string& to) {
    Compilation made{
        .command = moved_words(original.command, from, to), .source = source, .object = object};
    std::erase(made.command, "-Werror");  // a warning in a wrong version is no reason to reject it
    set_value_after(made.command, "-c", source.string());
    set_value_after(made.command, "-o", object);
    set_value_after(made.command, "-MF", object + ".d");
    set_value_after(made.command, "-MT", object);
    return made;
}

// The words with `instead` in the place of those that `is_old` picks.
template <typename IsOld, typename Instead>
Words replace_words(const Words& words, IsOld is_old, const Instead& instead) {
    Words made;
    bool placed = false;
    for (const std::string& word : words) {
        if (!is_old(word)) {
            made.push_back(word);
        } else if (!std::exchange(placed, true)) {
            made.insert(made.end(), instead.begin(), instead.end());
        }
    }
    return made;
}

// The right program's link command, with the new objects in the place of the old ones.
Words link_command(const Builder::Plan& plan, const fs::path& binary) {
    const auto is_old = [&plan](const std::string& word) {
        return std::ranges::count(plan.old_objects, word) > 0;
    };
    Words command = replace_words(plan.link, is_old, plan.new_objects);
    set_value_after(command, "-o", binary.string());
    return command;
}

}  // namespace

// Its command compiles and links in one; all its sources are compiled anew.
fs::path Builder::make_for(const Subject& subject, Platform platform) const {
    const std::string target = target_of(subject) + target_suffix(platform);
    const fs::path program = make_target(subject.entry, target, file_suffix(platform));
    if (is_target(subject)) {
        return program;
    }
    const auto commands = commands_of(target);
    if (commands.size() != 1) {
        throw std::runtime_error("target " + target + " is not made by one command");
    }
    const Overlay overlay = overlay_of(subject, commands);
    Words command = moved_words(commands.front(), overlay.from, overlay.to);
    if (!overlay.instead.empty()) {
        const auto is_source = [&overlay](const std::string& word) {
            return is_below(word, overlay.to) && word.ends_with(".cpp");
        };
        command = replace_words(command, is_source, overlay.instead);
    }
    command.insert(command.end(), overlay.also.begin(), overlay.also.end());
    const fs::path out = fs::absolute(made_folder(subject));
    fs::create_directories(out);
    const fs::path binary = out / ("program" + target_suffix(platform) + file_suffix(platform));
    set_value_after(command, "-o", binary.string());
    const auto result = run_command(command, build_);
    if (result.status != 0) {
        throw DoesNotCompile(result.output);
    }
    return binary;
}

fs::path Builder::make_overlay(const Subject& subject, const std::vector<Words>& right_commands,
                               const Overlay& overlay) const {
    const fs::path out = fs::absolute(made_folder(subject));
    fs::create_directories(out);
    const Plan plan = plan_overlay(right_commands, overlay, out);

    const fs::path binary = out / "program";
    std::vector<Words> commands;
    std::set<fs::path> inputs;
    for (const Compilation& compilation : plan.to_compile) {
        commands.push_back(compilation.command);
        inputs.merge(included_by(compilation));
    }
    for (const std::string& object : plan.new_objects) {
        if (fs::path(object).is_relative()) {
            inputs.insert(build_ / object);  // an object of the right program
        }
    }
    commands.push_back(link_command(plan, binary));

    const fs::path key_file = out / "key";
    const std::string key = key_of(commands, inputs);
    if (fs::is_regular_file(binary) && fs::is_regular_file(key_file) &&
        read_file(key_file) == key) {
        return binary;
    }
    fs::remove(key_file);
    std::string warnings;
    for (const Words& command : commands) {
        const auto result = run_command(command, build_);
        if (result.status != 0) {
            throw DoesNotCompile(result.output);
        }
        warnings += result.output;
    }
    std::ofstream(out / "warnings") << warnings;
    std::ofstream(key_file) << key;
    return binary;
}

Builder::Replaced Builder::replaced(const Subject& subject) const {
    const fs::path& folder = subject.entry.folder;
    switch (subject.is) {
        case Subject::Is::mutant:
            return {folder, fs::absolute(own_folder() / "mutants" / subject.entry.id() /
                                         subject.name / "source")};
        case Subject::Is::variant:
            return {folder, subject.source};
        case Subject::Is::work:
            return {subject.entry.is == Entry::Is::exercise ? folder / "starter" : folder,
                    subject.source};
        case Subject::Is::starter:
        case Subject::Is::right:
            break;
    }
    return {folder, folder};
}

Builder::Compiled Builder::compile(const Subject& subject, const fs::path& source,
                                   const Words& flags) const {
    const auto commands = commands_of(target_of(subject));
    const auto original = std::ranges::find_if(commands, is_compile);
    if (original == commands.end()) {
        throw std::runtime_error("target " + target_of(subject) + " compiles no source");
    }
    auto [from, to] = replaced(subject);
    fs::path own = moved(source.string(), from.string(), to.string());
    if (subject.is == Subject::Is::variant && !fs::exists(own)) {
        own = source;  // a variant has it from the stage, and there it finds the stage's headers
        to = from;
    }
    if (!fs::is_regular_file(own)) {
        throw DoesNotCompile(own.string() + " is missing; it can be copied from " +
                             source.string());
    }
    const fs::path out = fs::absolute(made_folder(subject));
    fs::create_directories(out);
    Words command = retargeted({*original, {}, {}}, own, (out / "compile-fails.o").string(),
                               from.string(), to.string())
                        .command;
    command.insert(command.begin(), {"env", "LC_ALL=C"});  // what is said is read
    command.insert(command.end(), flags.begin(), flags.end());
    return {own, run_command(command, build_)};
}

std::string Builder::warnings(const Subject& subject) const {
    const fs::path file = made_folder(subject) / "warnings";
    return fs::is_regular_file(file) ? read_file(file) : "";
}

Builder::Plan Builder::plan_overlay(const std::vector<Words>& commands, const Overlay& overlay,
                                    const fs::path& out) const {
    const std::string from = overlay.from.string();
    const std::string to = overlay.to.string();
    Plan plan;
    const auto compile = [&](const Compilation& original, const fs::path& source) {
        std::string name = source.lexically_relative(root_).string();
        std::ranges::replace(name, '/', '_');
        plan.new_objects.push_back((out / (name + ".o")).string());
        plan.to_compile.push_back(retargeted(original, source, plan.new_objects.back(), from, to));
    };
    const auto takes_part = [&](const fs::path& file) {
        return overlay.changed.empty() ? is_below(file, from)
                                       : std::ranges::count(overlay.changed, file) > 0;
    };
    for (const Words& command : commands) {
        if (!is_compile(command)) {
            plan.link = command;
            continue;
        }
        const Compilation original{command, value_after(command, "-c"), value_after(command, "-o")};
        plan.old_objects.push_back(original.object);
        if (!overlay.instead.empty()) {
            if (plan.to_compile.empty()) {
                std::ranges::for_each(overlay.instead,
                                      [&](const fs::path& source) { compile(original, source); });
            }
        } else if (std::ranges::none_of(included_by(original), takes_part)) {
            plan.new_objects.push_back(original.object);
        } else {
            const fs::path source = moved(original.source.string(), from, to);
            if (!fs::is_regular_file(source)) {
                throw DoesNotCompile(source.string() + " is missing; it can be copied from " +
                                     original.source.string());
            }
            compile(original, source);
        }
    }
    for (const fs::path& source : overlay.also) {
        const Compilation model = plan.to_compile.front();
        compile(model, source);
    }
    return plan;
}

}  // namespace checker
