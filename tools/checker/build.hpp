// Makes the program to judge. What CMake knows is built by CMake; mutants, variants and the
// reader's own copies are compiled with the very commands that CMake would use for the right
// program.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "catalog.hpp"
#include "spec.hpp"

namespace checker {

/// The program does not compile, or a patch does not apply: a verdict on the program, with the
/// compiler's words. Not thrown for a broken build tree; that is a std::runtime_error.
class DoesNotCompile : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// CMake knows no such target.
class NoSuchTarget : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What a command printed, both streams together, and its exit status.
struct CommandResult {
    int status = 0;
    std::string output;
};

/// One build tree. Several processes may use the same tree at once: they take turns.
class Builder {
public:
    Builder(std::filesystem::path root, std::filesystem::path build)
        : root_(std::move(root)), build_(std::move(build)) {}

    const std::filesystem::path& folder() const { return build_; }
    /// Where this tool keeps what it makes: build/.workshop.
    std::filesystem::path own_folder() const { return build_ / ".workshop"; }

    virtual ~Builder() = default;

    /// The program, up to date. Throws DoesNotCompile, or std::runtime_error with what to do.
    virtual std::filesystem::path make(const Subject& subject) const;

    /// The same built for another platform, by the command of its own target; after make(). Throws
    /// as make() does, and NoSuchTarget if the chapter has left the target out.
    std::filesystem::path make_for(const Subject& subject, Platform platform) const;

    /// What the compiler had to say of a mutant, a variant or a work copy when it was last made.
    std::string warnings(const Subject& subject) const;

    /// One more source of the entry, compiled and not linked.
    struct Compiled {
        std::filesystem::path source;  ///< the subject's own, if it has one
        CommandResult result;
    };
    /// Compiles `source`, a file of the right program's folder, as the subject's sources are, with
    /// `flags` added. A subject of which one file takes another's place has been made before.
    /// Throws DoesNotCompile if the subject lacks the source, else as make() does.
    Compiled compile(const Subject& subject, const std::filesystem::path& source,
                     const std::vector<std::string>& flags) const;

    /// How one source is compiled.
    struct Compilation {
        std::vector<std::string> command;
        std::filesystem::path source;
        std::string object;
    };
    /// What it takes to make a subject from the commands of the right program.
    struct Plan {
        std::vector<Compilation> to_compile;
        std::vector<std::string>
            old_objects;  ///< of the right program, as its link command has them
        std::vector<std::string> new_objects;  ///< of the subject, relative where they are the same
        std::vector<std::string> link;         ///< the right program's
    };

private:
    /// Files of the subject instead of those of the right program.
    struct Overlay {
        std::filesystem::path from;  ///< folder of the right program
        std::filesystem::path to;    ///< folder that takes its place
        /// Sources of the right program to compile anew; the others' objects serve as they are.
        /// Empty: all.
        std::vector<std::filesystem::path> changed;
        /// Sources to compile instead of all those of the right program; for variants.
        std::vector<std::filesystem::path> instead;
        /// Further sources, compiled as the others are.
        std::vector<std::filesystem::path> also;
    };

    /// The target whose commands make the subject.
    static std::string target_of(const Subject& subject);
    /// The folder of the right program that the subject's own folder takes the place of.
    struct Replaced {
        std::filesystem::path folder;
        std::filesystem::path by;
    };
    Replaced replaced(const Subject& subject) const;
    std::filesystem::path make_target(const Entry& entry, const std::string& target,
                                      const std::string& suffix = "") const;
    /// `commands` make the right program.
    Overlay overlay_of(const Subject& subject,
                       const std::vector<std::vector<std::string>>& commands) const;
    void make_patched_copy(const Subject& subject, const std::filesystem::path& copy) const;
    std::filesystem::path make_overlay(const Subject& subject,
                                       const std::vector<std::vector<std::string>>& right_commands,
                                       const Overlay& overlay) const;
    Plan plan_overlay(const std::vector<std::vector<std::string>>& commands, const Overlay& overlay,
                      const std::filesystem::path& out) const;
    std::filesystem::path made_folder(const Subject& subject) const {
        return own_folder() / "made" / subject.id();
    }
    std::filesystem::path binary_of(const Entry& entry, const std::string& name) const;
    std::vector<std::vector<std::string>> commands_of(const std::string& target) const;

    std::filesystem::path root_;
    std::filesystem::path build_;
};

/// Whether PATH has such a program. Throws what run_command() throws.
bool in_path(const std::string& program);

/// Runs argv[0] from PATH in `folder`. Throws std::system_error if it can't be started, and Stopped
/// (stop.hpp) after its end.
CommandResult run_command(const std::vector<std::string>& argv,
                          const std::filesystem::path& folder);

}  // namespace checker
