// The checker's command line. tools/workshop builds this program and hands over to it.
#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <string>

#include "stop.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace {

namespace fs = std::filesystem;
using namespace checker;

void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

int dispatch(CLI::App& app, const Options& options) {
    if (!fs::is_directory(options.root)) {
        throw UsageError("--root " + options.root.string() + " is no folder");
    }
    const Catalog catalog(fs::canonical(options.root));
    static const std::map<std::string, int (*)(const Catalog&, const Options&)> verbs{
        {"carry", carry_forward}, {"check", check}, {"diff", diff},   {"hint", hint},
        {"lint", lint},           {"list", list},   {"reset", reset}, {"run", run_stage},
        {"start", start},         {"watch", watch}};
    return verbs.at(app.get_subcommands().front()->get_name())(catalog, options);
}

// A name to show to somebody who gave none.
std::string example_for(const std::string& verb) {
    return verb == "start" || verb == "reset" || verb == "hint" ? "ch04/01" : "ch04/a";
}

// CLI11's own number checks name a range of doubles, and a conversion lets -1 be a large number.
auto whole_number_from(int least) {
    return [least](const std::string& text) -> std::string {
        const bool digits = !text.empty() && text.size() <= 9 &&
                            text.find_first_not_of("0123456789") == std::string::npos;
        return digits && std::stoi(text) >= least
                   ? ""
                   : "takes a whole number from " + std::to_string(least) + " to 999999999, not " +
                         in_quotes(text);
    };
}

}  // namespace

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_IGN);
    note_stop_signals();
    raise_descriptor_limit();
    Options options;
    CLI::App app("Runs the workshop's programs and judges them.", "tools/workshop");
    app.require_subcommand(1);
    // tools/workshop gives these two, so the help that a reader sees doesn't show them.
    app.add_option("--root", options.root)->required()->group("");
    app.add_option("--build", options.build)->required()->group("");
    CLI::App* check_verb = app.add_subcommand("check", "judge stages, exercises or chapters");
    check_verb->add_option("what", options.what, "ch04, ch04/a, ch04/01, …")->required();
    check_verb->add_flag("--json", options.json, "print the verdicts as JSON");
    check_verb->add_option("--seed", options.seed, "repeat a run: the seed that a failure printed")
        ->check(whole_number_from(0));
    check_verb->add_option("--mode", options.mode, "only this mode");
    check_verb->add_option("--repeat", options.repeat, "how many times")
        ->check(whole_number_from(1));
    check_verb->add_flag("--load", options.load, "keep all cores busy meanwhile");
    check_verb->add_option("--junit", options.junit, "also write a JUnit report to this file");
    CLI::App* run_verb = app.add_subcommand("run", "run one stage in real time and watch it");
    run_verb->add_option("stage", options.what, "ch04/a")->required()->expected(1);
    run_verb->add_option("--seed", options.seed, "the seed of the replies' nonces")
        ->check(whole_number_from(0));
    CLI::App* start_verb = app.add_subcommand("start", "make your own copy to work on");
    start_verb->add_option("what", options.what, "ch04/01")->required()->expected(1);
    CLI::App* reset_verb = app.add_subcommand("reset", "begin your own copy anew; the old is kept");
    reset_verb->add_option("what", options.what, "ch04/01")->required()->expected(1);
    for (CLI::App* verb : {start_verb, reset_verb}) {
        verb->add_flag("--itself", options.itself,
                       "begin with the stage itself, to try things out, not with the one before");
    }
    CLI::App* diff_verb = app.add_subcommand("diff", "what a step changes, or the model answer");
    diff_verb->add_option("what", options.what, "ch04/a, ch04/01")->required()->expected(1);
    CLI::App* hint_verb = app.add_subcommand("hint", "the next hint of an exercise");
    hint_verb->add_option("what", options.what, "ch04/01")->required()->expected(1);
    hint_verb->add_flag("--again", options.again, "begin with the first");
    CLI::App* watch_verb = app.add_subcommand("watch", "check whenever you save");
    watch_verb->add_option("what", options.what, "ch04/01; nothing: what comes next")->expected(1);
    CLI::App* list_verb = app.add_subcommand("list", "what there is");
    list_verb->add_option("chapter", options.what, "only these: ch04");
    CLI::App* carry_verb = app.add_subcommand("carry", "bring a changed file forward");
    carry_verb->add_option("stage and file", options.what, "ch04/a poll.cpp")
        ->required()
        ->expected(2);
    CLI::App* lint_verb = app.add_subcommand("lint", "hold the repository to its own rules");
    lint_verb->add_option("what", options.what, "only these: ch04, ch04/a, ch04/01");
    lint_verb->add_flag("--fix", options.fix, "repair what needs no thought, everywhere");
    lint_verb->add_flag("--lineage", options.lineage_only, "only where files come from");
    lint_verb->add_flag("--run", options.type_commands, "type the commands that the pages show");
    options.verbs = {"test", "bench"};  // which tools/workshop sees to by itself
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        options.verbs.push_back(verb->get_name());
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);
        }
        const auto verbs = app.get_subcommands();
        const std::string verb = verbs.empty() ? "" : verbs.front()->get_name();
        if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !verb.empty()) {
            std::cerr << "checker: " << verb << " needs a name, such as " << example_for(verb)
                      << ": tools/workshop list shows what there is\n";
        } else {
            std::cerr << "checker: " << error.what() << " (tools/workshop"
                      << (verb.empty() ? "" : " " + verb) << " --help tells more)\n";
        }
        return exit_wrong_question;
    }
    options.build = fs::absolute(options.build);
    try {
        return dispatch(app, options);
    } catch (const Stopped& stopped) {
        return 128 + stopped.signal;
    } catch (const std::exception& error) {
        std::cerr << "checker: " << error.what() << "\n";
        return exit_wrong_question;
    }
}
