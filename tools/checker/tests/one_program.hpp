// A repository with one stage whose program is given, for tests of what becomes of a verdict on it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "trial.hpp"

namespace checker_tests {

/// Builds nothing: every subject's program is the one it was made with.
class OneProgram : public checker::Builder {
public:
    OneProgram(const std::filesystem::path& root, std::filesystem::path program)
        : Builder(root, root / "build"), program_(std::move(program)) {}
    std::filesystem::path make(const checker::Subject&) const override { return program_; }

private:
    std::filesystem::path program_;
};

/// The verdict on `program` as ch04/a, with that check.json and expected.txt.
inline checker::Verdict verdict_on(const std::filesystem::path& program, const std::string& spec,
                                   const std::string& expected = "FINISHED\n") {
    const std::filesystem::path root = CHECKER_SCRATCH "-one-program";
    const std::filesystem::path folder = root / "ch04-queue/a-stage";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "check.json") << spec;
    std::ofstream(folder / "expected.txt") << expected;
    const checker::Catalog catalog(root);
    const OneProgram builder(root, program);
    auto verdict = checker::try_subject(catalog.resolve("ch04/a").front(), builder,
                                        {.seed = 1, .only_mode = std::nullopt});
    std::filesystem::remove_all(root);
    return verdict;
}

}  // namespace checker_tests
