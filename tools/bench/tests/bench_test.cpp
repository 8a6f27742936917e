// The harness, on contenders that print what the test wants. Nothing here depends on how fast the
// machine is.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "build.hpp"
#include "measure.hpp"
#include "report.hpp"
#include "text.hpp"

using namespace bench;
namespace fs = std::filesystem;

namespace {

// A folder of programs that are shell scripts.
class Programs {
public:
    Programs() {
        fs::remove_all(folder());
        fs::create_directories(folder());
    }
    ~Programs() { fs::remove_all(folder()); }
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;

    static fs::path folder() { return BENCH_SCRATCH; }

    // `commands` see the number of operations as $1.
    void write(const std::string& name, const std::string& commands) const {
        std::ofstream(folder() / name)
            << "#!/bin/sh\nif [ \"$1\" = --name ]; then echo 'The " << name << "'; exit; fi\n"
            << commands << '\n';
        fs::permissions(folder() / name, fs::perms::owner_all);
    }

    static Options options() { return {.programs = folder(), .rounds = 3}; }
};

Row race() {
    return {.group = "race",
            .title = "a race",
            .unit = "ns",
            .operations = 1000,
            .contenders = {{"ours", "hare", Side::ours, "sleeps"},
                           {"peer", "tortoise", Side::peer, "walks", "tortoise-dev"}},
            .must = {{"ours", 0.5, "peer"}},
            .goal = {{"ours", 0.1, "peer"}}};
}

}  // namespace

TEST_CASE("the median of an odd and of an even number of figures") {
    const Spread odd = spread_of({9, 1, 4});
    CHECK(odd.median == 4);
    CHECK(odd.least == 1);
    CHECK(odd.greatest == 9);
    CHECK(spread_of({9, 1, 4, 2}).median == 3);
}

TEST_CASE("every contender runs once in each round, in changing order, with the row's operations") {
    const Programs programs;
    programs.write("hare", "echo \"h $1\" >> log; echo 2.5");
    programs.write("tortoise", "echo \"t $1\" >> log; echo 10");
    Options options = Programs::options();
    options.rounds = 12;
    const Figures figures = measure(race(), options);
    CHECK(figures.at("ours").name == "The hare");
    CHECK(figures.at("ours").figures == std::vector<double>(12, 2.5));
    CHECK(figures.at("peer").figures == std::vector<double>(12, 10));

    const std::string log = checker::read_file(Programs::folder() / "log");
    const auto lines = checker::split_lines(log);
    REQUIRE(lines.size() == 24);
    std::set<std::string> orders;
    for (std::size_t i = 0; i < lines.size(); i += 2) {
        orders.insert(std::string(lines[i]) + ", " + std::string(lines[i + 1]));
    }
    CHECK(orders == std::set<std::string>{"h 1000, t 1000", "t 1000, h 1000"});
}

TEST_CASE("the ratio is taken within each round, so that a slow round doesn't count") {
    const Result result = judge(
        race(), {{"ours", {"The hare", {4, 40, 4}}}, {"peer", {"The tortoise", {10, 100, 8}}}});
    CHECK(result.ratios.front().ratio->median == doctest::Approx(0.4));
    CHECK(result.ratios.front().ratio->greatest == doctest::Approx(0.5));
    CHECK(result.ratios.front().holds());
    CHECK_FALSE(result.ratios.back().holds());
    CHECK(all_hold({result}));
    CHECK_FALSE(
        all_hold({judge(race(), {{"ours", {"The hare", {6}}}, {"peer", {"The tortoise", {10}}}})}));
}

TEST_CASE("the table tells what was measured, what must hold and what is not here") {
    const Row row = race();
    CHECK(as_text(judge(row, {{"ours", {"The hare", {6, 5.25, 7}}},
                              {"peer", {"The tortoise", {10, 10, 140}}}})) ==
          "race: a race, ns each\n"
          "                  median     least  greatest\n"
          "  The hare          6.00      5.25      7.00  ours; sleeps\n"
          "  The tortoise      10.0      10.0       140  peer; walks\n"
          "  must  The hare at most 0.50 × The tortoise: 0.53 (0.05 to 0.60), DOES NOT HOLD\n"
          "  goal  The hare at most 0.10 × The tortoise: 0.53 (0.05 to 0.60), not reached\n");
    const Result alone = judge(row, {{"ours", {"The hare", {6}}}});
    CHECK(as_text(alone) ==
          "race: a race, ns each\n"
          "              median     least  greatest\n"
          "  The hare      6.00      6.00      6.00  ours; sleeps\n"
          "  peer      not here: Debian's tortoise-dev\n"
          "  must  The hare at most 0.50 × peer: not compared\n"
          "  goal  The hare at most 0.10 × peer: not compared\n");
    CHECK(all_hold({alone}));
}

TEST_CASE("JSON keeps every figure; the chart has a bar for each contender") {
    const Row row = race();
    const Result result =
        judge(row, {{"ours", {"The hare", {6, 7}}}, {"peer", {"The <tortoise>", {10, 14}}}});
    const nlohmann::json json = as_json({result});
    CHECK(json[0]["contenders"][1]["rounds"] == nlohmann::json{10, 14});
    CHECK(json[0]["contenders"][1]["median"] == 12);
    CHECK(json[0]["bounds"][0]["holds"] == false);

    const std::string chart = as_chart({result});
    CHECK(chart.find("The &lt;tortoise&gt;") != std::string::npos);
    CHECK(chart.find("width=\"411.4\"") != std::string::npos);  // 12 of 14, on 480
}

TEST_CASE("a program that fails, or prints no positive number, is told by its name") {
    const Programs programs;
    programs.write("tortoise", "echo 10");
    const auto told = [] {
        try {
            static_cast<void>(measure(race(), Programs::options()));
        } catch (const std::runtime_error& error) {
            return std::string(error.what());
        }
        return std::string("nothing");
    };
    programs.write("hare", "echo 'out of breath'; exit 3");
    CHECK(told() == "hare 1000 ended with status 3: \"out of breath\"");
    for (const char* wrong : {"fast", "0.0", "-2", "", "1.5ns", "inf", "nan"}) {
        CAPTURE(wrong);
        programs.write("hare", std::string("echo '") + wrong + "'");
        CHECK(told() == "hare printed \"" + std::string(wrong) + "\", which is no positive number");
    }
}

TEST_CASE("every program of the rows that is built here prints a figure") {
    for (const Row& row : all_rows()) {
        CAPTURE(row.title);
        const Figures figures =
            measure(row, {.programs = BENCH_PROGRAMS, .rounds = 1, .operations = 1000});
        for (const auto& [key, series] : figures) {
            CAPTURE(key);
            CHECK(series.figures.size() == 1);
            CHECK(series.name != "");
        }
        for (const Bound& bound : row.must) {
            const auto known = [&row](const std::string& key) {
                return std::ranges::find(row.contenders, key, &Contender::key) !=
                       row.contenders.end();
            };
            CHECK(known(bound.left));
            CHECK(known(bound.right));
        }
    }
}

TEST_CASE("the command line: rows are named, a wrong one is an error, figures are written") {
    const fs::path json = fs::path(BENCH_SCRATCH) / "figures.json";
    fs::create_directories(BENCH_SCRATCH);
    const auto bench = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {BENCH_PROGRAM, "--programs", BENCH_PROGRAMS});
        return checker::run_command(arguments, ".");
    };
    const auto wrong = bench({"swich"});
    CHECK(wrong.status == 2);
    CHECK(wrong.output.find("no row \"swich\"; did you mean \"switch\"?") != std::string::npos);

    const auto right =
        bench({"switch", "--rounds", "1", "--operations", "1000", "--json", json.string()});
    CHECK(right.status <= 1);  // the ratio of one short round means nothing
    CHECK(right.output.find("switch: a switch of stacks that does not") != std::string::npos);
    CHECK(right.output.find("yield") == std::string::npos);
    CHECK(nlohmann::json::parse(checker::read_file(json))["rows"].size() == 2);
    fs::remove_all(BENCH_SCRATCH);
}
