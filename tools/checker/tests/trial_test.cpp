// What becomes of a trial whose spec asks for what isn't there.
#include "trial.hpp"

#include <doctest/doctest.h>

#include "fixtures.hpp"
#include "one_program.hpp"
#include "report.hpp"
#include "run.hpp"

using namespace checker;

namespace {

Verdict verdict_on(const std::string& spec, std::string_view program = "concurrent",
                   const std::string& expected = "FINISHED\n") {
    return checker_tests::verdict_on(checker_tests::program_of(program), spec, expected);
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

TEST_CASE("only the storm finds a reactor that learns of a socket too late") {
    const std::string expected = "%as_replied\nRECEIVED: ${message} ${nonce}\n%end\nFINISHED\n";
    const auto spec = [](const std::string& modes) {
        return R"({"title": "x", "args": ["${server}"], "must": {"threads": 2}, "modes": [)" +
               modes + "]}";
    };
    const std::string quiet = R"("serial", "burst", "pieces", "interrupt")";
    const std::string all = quiet + R"(, "storm")";
    CHECK(verdict_on(spec(quiet), "wrong_registered_late", expected).is == Verdict::Is::passed);
    const Verdict wrong = verdict_on(spec(all), "wrong_registered_late", expected);
    REQUIRE(wrong.is == Verdict::Is::failed);
    CHECK(wrong.mode == Mode::storm);
    if (std::string_view(WORKSHOP_SANITIZER) != "thread") {  // whose own thread keeps waking up
        CHECK(wrong.findings.front().expectation == "stuck");
        CHECK(wrong.findings.front().cause == "unread");
    }
    CHECK(wrong.findings.front().details.back().find(" of 50") != std::string::npos);
    const Verdict right = verdict_on(spec(all), "registered", expected);
    CAPTURE(text_report(right, {}));
    CHECK(right.is == Verdict::Is::passed);
    CHECK(right.modes.back() == "storm");
}

TEST_CASE("with a real clock a program may take longer, and not less long") {
    const auto spec = [](const std::string& elapsed) {
        return R"({"title": "x", "args": ["${server}"], "clock": "real", "modes": ["serial"],
                   "must": {"elapsed": ")" +
               elapsed + "\"}}";
    };
    const std::string expected = "%as_replied\nRECEIVED: ${message} ${nonce}\n%end\nFINISHED\n";
    CHECK(verdict_on(spec(">= 0"), "concurrent", expected).is == Verdict::Is::passed);
    const Verdict verdict = verdict_on(spec(">= 99999"), "concurrent", expected);
    REQUIRE(verdict.is == Verdict::Is::failed);
    CHECK(verdict.findings.front().expectation == "elapsed");
    CHECK(verdict.findings.front().cause == "too_short");
    CHECK(verdict.findings.front().expected == "at least 99999 ms of real time");
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

TEST_CASE("a failure whose last steps may tell why shows its last system calls") {
    if (!strace_unavailable().empty() || !std::string_view(WORKSHOP_SANITIZER).empty()) {
        MESSAGE("skipped: " << strace_unavailable() << WORKSHOP_SANITIZER);
        return;
    }
    const std::string spec = R"({"title": "x", "args": ["${server}"], "modes": ["serial"], )";
    const Verdict stuck = verdict_on(spec + R"("must": {}})", "wrong_waits_forever");
    REQUIRE(stuck.is == Verdict::Is::failed);
    REQUIRE(stuck.findings.front().expectation == "stuck");
    REQUIRE(!stuck.calls.empty());
    CHECK(stuck.calls.back().ends_with("…"));

    const Verdict spins =
        verdict_on(spec + R"("must": {"while_waiting": "idle"}})", "spinning",
                   "%as_replied\nRECEIVED: ${message} ${nonce}\n%end\nFINISHED\n");
    REQUIRE(spins.findings.front().expectation == "while_waiting");
    REQUIRE(!spins.calls.empty());
    CAPTURE(text_report(spins, {}));
    CHECK(text_report(spins, {}).find(" times\n") != std::string::npos);
    // What it does while it waits, not what it does once the reply is there.
    CHECK(spins.calls.back().find("HTTP/1.1") == std::string::npos);

    const Verdict output = verdict_on(spec + R"("must": {}})", "concurrent", "nothing\n");
    REQUIRE(output.findings.front().expectation == "output");
    CHECK(output.calls.empty());
}
