// The exact text of failures: wrong programs, judged by the checks under golden/, must get the text
// in the failure.txt beside their check. To accept new texts on purpose, run the tests with
// CHECKER_WRITE_GOLDEN=1 and read the diff.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>

#include "fixtures.hpp"
#include "report.hpp"
#include "text.hpp"

using namespace checker;
namespace fs = std::filesystem;

namespace {

// The folder's name says which fixture is judged: "b-unread" → wrong_unread.
class FixtureBuilder : public Builder {
public:
    using Builder::Builder;
    fs::path make(const Subject& subject) const override {
        static const std::map<std::string, std::string> right_programs = {
            {"e-sequential", "sequential"},
            {"m-sequential-output", "sequential"},
            {"n-concurrent-order", "concurrent"}};
        const std::string folder = subject.entry.folder.filename().string();
        if (const auto found = right_programs.find(folder); found != right_programs.end()) {
            return checker_tests::program_of(found->second);
        }
        std::string name = folder.substr(2);
        std::ranges::replace(name, '-', '_');
        return checker_tests::program_of("wrong_" + name);
    }
};

// Between what the server saw and what the program printed no order is promised, so only the two
// stories that are all of one thread are compared. What strace shows differs between kernels and
// libraries.
std::string without_story(const std::string& text, const Entry& entry) {
    const auto calls = text.find("  its last system calls");
    const auto story = text.find("  what happened:");
    const bool keep = entry.key == "a" || entry.key == "b";
    return text.substr(0, std::min(calls, story)) +
           (keep && story != std::string::npos ? text.substr(story) : "");
}

// Ports, process ids and how much came before the last edge differ from run to run; nothing else
// may.
std::string normalised(std::string text) {
    text = std::regex_replace(text, std::regex("127\\.0\\.0\\.1:[0-9]+"), "127.0.0.1:PORT");
    text = std::regex_replace(text, std::regex("process [0-9]+,"), "process PID,");
    text = std::regex_replace(text, std::regex("[0-9]+ bytes and its end unread"),
                              "N bytes and its end unread");
    return std::regex_replace(text, std::regex("socket:\\[[0-9]+\\]"), "socket:[INODE]");
}

}  // namespace

TEST_CASE("failures have exactly the texts that golden/ holds") {
    // What some of them show is not judged, or is told otherwise, under a sanitizer.
    constexpr std::string_view sanitizer = WORKSHOP_SANITIZER;
    const std::string_view left_out = sanitizer == "thread"    ? "cdfil"
                                      : sanitizer == "address" ? "fil"
                                                               : "";
    const Catalog catalog(fs::path(CHECKER_TESTS) / "golden");
    REQUIRE(catalog.entries().size() >= 14);
    const FixtureBuilder builder(catalog.root(), CHECKER_SCRATCH "-golden");
    for (const Entry& entry : catalog.entries()) {
        CAPTURE(entry.id());
        if (left_out.find(entry.key) != std::string_view::npos) {
            continue;
        }
        const Subject subject{Subject::Is::right, entry, {}, {}};
        const Verdict verdict = try_subject(subject, builder, {.seed = 11, .only_mode = {}});
        CHECK(verdict.is == Verdict::Is::failed);
        const std::string text =
            normalised(without_story(text_report(verdict, catalog.root()), entry));
        const fs::path golden = entry.folder / "failure.txt";
        if (std::getenv("CHECKER_WRITE_GOLDEN") != nullptr) {
            std::ofstream(golden) << text;
        }
        REQUIRE(fs::exists(golden));
        CHECK(text == read_file(golden));
    }
    fs::remove_all(CHECKER_SCRATCH "-golden");
}
