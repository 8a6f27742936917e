// A mutant's patch as a text: its head, the files that it touches, whether it applies, and how it
// is made anew when its stage has changed. Nothing is compiled here.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "spec.hpp"

namespace checker {

/// What a patch does to one file, as diff writes it.
struct Section {
    std::filesystem::path file;  ///< relative to the folder of check.json
    std::string text;
};

struct Mutant {
    std::filesystem::path file;
    std::string reason_text;  ///< the first line, without "# "
    Reason reason;            ///< what it says
    std::string head;         ///< the comment lines, with their newlines
    std::vector<Section> sections;

    /// The whole patch.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool touches(const std::string& changed) const;
};

/// Throws SpecError if one of the two head lines is missing or says nothing, or if no file is named
/// by a pair of lines "--- a/FILE", "+++ b/FILE".
[[nodiscard]] Mutant read_mutant(const std::filesystem::path& patch);

/// Nothing if the patch applies to `folder` as the checker applies it; else what patch(1) says.
/// Changes nothing.
[[nodiscard]] std::optional<std::string> why_not_applicable(const Mutant& mutant,
                                                            const std::filesystem::path& folder);

/// A file that a mutant touches, and what it is to be made anew for.
struct ChangedFile {
    std::string file;                ///< as in Section
    std::vector<std::string> bases;  ///< texts for which the patch may have been made, likely first
    std::string now;
};

/// The whole patch for the file as it is now; its other sections stay as they are. Nothing if the
/// change can't be brought over or changes nothing any more. Works in `scratch`, which it empties
/// first. Throws std::system_error if patch, diff3 or diff can't be started.
[[nodiscard]] std::optional<std::string> made_anew(const Mutant& mutant, const ChangedFile& changed,
                                                   const std::filesystem::path& scratch);

}  // namespace checker
