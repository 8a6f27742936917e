// Judges one subject: builds it, runs every case in every mode, stops at the first run that fails.
// What comes out is a verdict with everything that a report needs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "build.hpp"
#include "catalog.hpp"
#include "evidence.hpp"
#include "judge.hpp"
#include "lesson.hpp"
#include "spec.hpp"

namespace checker {

struct Verdict {
    /// It begins as an error and becomes something else only when everything was judged.
    enum class Is { error, passed, failed, skipped } is = Is::error;
    Subject subject;
    std::string title;
    std::vector<std::string> modes;  ///< those that were judged
    std::vector<std::string> notes;  ///< what could not be judged here, and why
    std::uint64_t seed = 0;
    std::chrono::nanoseconds took{};  ///< real time, building included
    std::string error;  ///< error: what went wrong with the checking itself; skipped: why

    // If it failed:
    std::string case_name;
    Mode mode = Mode::serial;
    std::vector<Finding> findings;  ///< the first is the verdict's name; empty: does not compile
    std::string compiler_output;
    std::filesystem::path program;   ///< what was run; empty if it does not compile
    std::string warnings;            ///< the compiler's, about a work copy
    std::optional<Heading> heading;  ///< what the first finding that has a section teaches
    std::string heading_reference;   ///< as check.json has it
    std::vector<TranscriptEntry> transcript;
    std::vector<std::string> calls;  ///< its last system calls in a further run; may be empty

    /// For mutants and starters, which must be rejected: why this one was not, or not rightly.
    std::string wrongly_judged;

    /// What the exit status and the reader's tick go by: a mutant that was rejected holds.
    bool holds() const;
};

/// Why this machine or this preset can't judge it: "needs wine, which is not installed". Empty if
/// it can. Throws what run_command() throws.
std::string why_not_here(const Spec& spec);

struct TrialOptions {
    std::uint64_t seed = 1;
    std::optional<Mode> only_mode;
};

/// Never throws for what a program does; whatever keeps it from judging is a verdict of `error`.
/// Throws SpecError if check.json, expected.txt or a mutant's head is wrong, and UsageError if the
/// options fit no case; nothing has run then.
Verdict try_subject(const Subject& subject, const Builder& builder, const TrialOptions& options);

}  // namespace checker
