// What becomes of a trial whose spec asks for what isn't there.
#include "trial.hpp"

#include <doctest/doctest.h>

#include "fixtures.hpp"
#include "one_program.hpp"

using namespace checker;

namespace {

Verdict verdict_on(const std::string& spec) {
    return checker_tests::verdict_on(checker_tests::program_of("concurrent"), spec);
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
