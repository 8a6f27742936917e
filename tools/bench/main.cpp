// The benchmarks' command line. tools/workshop builds this program and hands over to it.
#include <sys/utsname.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "files.hpp"
#include "measure.hpp"
#include "report.hpp"
#include "stop.hpp"
#include "text.hpp"

namespace {

namespace fs = std::filesystem;
using namespace bench;

struct Arguments {
    std::vector<std::string> groups;
    Options options;
    fs::path json;
    fs::path chart;
    bool list = false;
};

std::vector<std::string> group_names() {
    std::vector<std::string> names;
    for (const Row& row : all_rows()) {
        if (std::ranges::find(names, row.group) == names.end()) {
            names.push_back(row.group);
        }
    }
    return names;
}

void parse(CLI::App& app, Arguments& arguments, int argc, char** argv) {
    const auto known = [](const std::string& name) {
        const auto names = group_names();
        return std::ranges::find(names, name) != names.end()
                   ? ""
                   : "no row " + checker::in_quotes(name) + checker::suggestion(name, names);
    };
    app.add_option("ROW", arguments.groups, "which rows (all of them if none is named)")
        ->check(CLI::Validator(known, "", ""));
    app.add_option("--programs", arguments.options.programs, "the folder of the contenders")
        ->required();
    app.add_option("--rounds", arguments.options.rounds, "how often each program runs")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--operations", arguments.options.operations,
                   "in each run, instead of the row's");
    app.add_option("--seed", arguments.options.seed, "of the order within the rounds")
        ->capture_default_str();
    app.add_option("--json", arguments.json, "write every figure to this file");
    app.add_option("--svg", arguments.chart, "write a chart to this file");
    app.add_flag("--list", arguments.list, "name the rows, measure nothing");
    app.parse(argc, argv);
}

std::string processor_model() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            return std::string(checker::trimmed(line.substr(line.find(':') + 1)));
        }
    }
    return "unknown processor";
}

std::string machine() {
    utsname system{};
    ::uname(&system);
    return processor_model() + ", " + system.sysname + " " + system.release + ", compiler " +
           __VERSION__;
}

std::vector<Result> measure_all(const Arguments& arguments) {
    std::vector<Result> results;
    for (const Row& row : all_rows()) {
        if (!arguments.groups.empty() &&
            std::ranges::find(arguments.groups, row.group) == arguments.groups.end()) {
            continue;
        }
        results.push_back(judge(row, measure(row, arguments.options)));
        std::cout << '\n' << as_text(results.back()) << std::flush;
    }
    return results;
}

int carry_out(Arguments& arguments) {
    if (arguments.list) {
        for (const Row& row : all_rows()) {
            std::cout << row.group << ": " << row.title << '\n';
        }
        return 0;
    }
    arguments.options.programs = fs::absolute(arguments.options.programs);
    arguments.options.processor = last_processor();
    std::cout << machine() << "\nrounds " << arguments.options.rounds << ", seed "
              << arguments.options.seed << ", on processor " << arguments.options.processor
              << std::endl;
    const auto results = measure_all(arguments);
    if (!arguments.json.empty()) {
        const nlohmann::json whole{{"machine", machine()},
                                   {"rounds", arguments.options.rounds},
                                   {"seed", arguments.options.seed},
                                   {"rows", as_json(results)}};
        checker::replace_file(arguments.json, whole.dump(2) + "\n");
    }
    if (!arguments.chart.empty()) {
        checker::replace_file(arguments.chart, as_chart(results));
    }
    return all_hold(results) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    checker::note_stop_signals();
    CLI::App app("Measures ours beside others, in turns, and tells the ratios.", "bench");
    Arguments arguments;
    try {
        parse(app, arguments, argc, argv);
        return carry_out(arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const checker::Stopped& stopped) {
        return 128 + stopped.signal;
    } catch (const std::exception& error) {
        std::cerr << "bench: " << error.what() << '\n';
        return 2;
    }
}
