// The JUnit report: what continuous integration reads of verdicts.
#include "report.hpp"

#include <doctest/doctest.h>

using namespace checker;

namespace {

Verdict verdict_of(Verdict::Is is, const std::string& chapter) {
    Verdict verdict;
    verdict.is = is;
    verdict.subject.entry = {Entry::Is::stage, chapter, "a", "/r/ch04-x/a-y", "/r/ch04-x"};
    verdict.title = "Title";
    verdict.took = std::chrono::milliseconds(1500);
    return verdict;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the JUnit report has a suite for each chapter and counts what became of its cases") {
    Verdict failed = verdict_of(Verdict::Is::failed, "ch04");
    failed.findings.push_back({"elapsed", "", "5000 ms", "15000 ms", {}, ""});
    Verdict skipped = verdict_of(Verdict::Is::skipped, "ch05");
    skipped.error = "needs wine";
    const std::string report = junit_report({verdict_of(Verdict::Is::passed, "ch04"), skipped,
                                             failed, verdict_of(Verdict::Is::error, "ch05")},
                                            "/r");
    CHECK(has(report,
              "<testsuites name=\"checker\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" "
              "time=\"6.000\">"));
    CHECK(has(report,
              "<testsuite name=\"ch04\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" "
              "time=\"3.000\">"));
    CHECK(has(report,
              "<testsuite name=\"ch05\" tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"1\" "
              "time=\"3.000\">"));
    CHECK(has(report, "<testcase classname=\"ch04\" name=\"ch04/a\" time=\"1.500\">"));
    CHECK(has(report, "<failure message=\"elapsed\">ch04/a  Title"));
    CHECK(has(report, "got         15000 ms\n"));
    CHECK(has(report, "<skipped message=\"needs wine\"/>"));
    CHECK(has(report, "<error message=\"not judged\">"));
}

TEST_CASE("a mutant that is rejected is no failure, one that passes is") {
    Verdict rejected = verdict_of(Verdict::Is::failed, "ch04");
    rejected.subject.is = Subject::Is::mutant;
    rejected.findings.push_back({"elapsed", "", "", "", {}, ""});
    Verdict missed = verdict_of(Verdict::Is::passed, "ch04");
    missed.subject.is = Subject::Is::mutant;
    missed.wrongly_judged = "it passes";
    const std::string report = junit_report({rejected, missed}, "/r");
    CHECK(has(report, "failures=\"1\""));
    CHECK(has(report, "<failure message=\"it passes\">"));
}

TEST_CASE("what a program printed can't break the XML") {
    Verdict failed = verdict_of(Verdict::Is::failed, "ch04");
    failed.compiler_output = "<a href=\"x\">&\x01\x1b[1m\xff\xEF\xBF\xBE]]>\tÄ\r\n";
    const std::string bad = "\xEF\xBF\xBD";
    CHECK(has(junit_report({failed}, "/r"), "&lt;a href=&quot;x&quot;&gt;&amp;" + bad + bad +
                                                "[1m" + bad + bad + "]]&gt;\tÄ&#13;\n"));
}
