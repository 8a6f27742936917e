// What becomes of a trial whose spec asks for what isn't there.
#include "trial.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "fixtures.hpp"

using namespace checker;
namespace fs = std::filesystem;

namespace {

class OneProgram : public Builder {
public:
    using Builder::Builder;
    fs::path make(const Subject&) const override { return checker_tests::program_of("concurrent"); }
};

Verdict verdict_on(const std::string& spec) {
    const fs::path root = CHECKER_SCRATCH "-trial";
    const fs::path folder = root / "ch04-queue/a-stage";
    fs::create_directories(folder);
    std::ofstream(folder / "check.json") << spec;
    std::ofstream(folder / "expected.txt") << "FINISHED\n";
    const Catalog catalog(root);
    const OneProgram builder(root, root / "build");
    const Verdict verdict = try_subject(catalog.resolve("ch04/a").front(), builder,
                                        {.seed = 1, .only_mode = std::nullopt});
    fs::remove_all(root);
    return verdict;
}

}  // namespace

TEST_CASE("a program of which no case is judged here is skipped and never passes") {
    const bool in_tsan = std::string_view(WORKSHOP_SANITIZER) == "thread";
    const std::string elsewhere = in_tsan ? "asan" : "tsan";
    const Verdict verdict = verdict_on(R"({"title": "x", "presets": [")" + elsewhere + R"("]})");
    CHECK(verdict.is == Verdict::Is::skipped);
    CHECK_FALSE(verdict.holds());
    CHECK(verdict.error == "no case of it is judged here");
}

TEST_CASE("a program that needs a tool which isn't there is skipped, with its name") {
    const Verdict verdict = verdict_on(R"({"title": "x", "needs": ["no-such-tool"]})");
    CHECK(verdict.is == Verdict::Is::skipped);
    CHECK(verdict.error == "needs no-such-tool, which is not installed");
}

TEST_CASE("a program that needs a header which isn't there is skipped, with its name") {
    const Verdict verdict = verdict_on(R"({"title": "x", "needs": ["header:no/such.hpp"]})");
    CHECK(verdict.is == Verdict::Is::skipped);
    CHECK(verdict.error == "needs the header no/such.hpp, which is not installed");
}

TEST_CASE("a program that needs a header which is there is judged") {
    const Verdict verdict = verdict_on(
        R"({"title": "x", "needs": ["header:vector"], "args": ["${server}"], "modes": ["burst"]})");
    CHECK(verdict.is == Verdict::Is::failed);  // it prints more than its expected.txt allows
}
