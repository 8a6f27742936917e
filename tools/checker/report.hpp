// Verdicts in words for a reader, and as JSON or JUnit's XML for a machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "trial.hpp"

namespace checker {

/// One line if all is well, the full explanation if not. Paths are told relative to `root`. Ends
/// with a newline.
std::string text_report(const Verdict& verdict, const std::filesystem::path& root);

/// All verdicts as one JSON document; the format is described in README.md. Ends with a newline.
std::string json_report(const std::vector<Verdict>& verdicts, const std::filesystem::path& root);

/// All verdicts as JUnit's XML, which continuous integration reads: a suite for each chapter, a
/// case for each verdict. The text of a failure is text_report()'s. Ends with a newline.
std::string junit_report(const std::vector<Verdict>& verdicts, const std::filesystem::path& root);

}  // namespace checker
