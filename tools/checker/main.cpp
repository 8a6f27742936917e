// The checker's command line. tools/workshop builds this program and hands over to it.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include "build.hpp"
#include "catalog.hpp"
#include "report.hpp"
#include "run.hpp"
#include "stop.hpp"
#include "text.hpp"
#include "trial.hpp"

namespace {

namespace fs = std::filesystem;
using namespace checker;

constexpr int exit_failed = 1;
constexpr int exit_wrong_question = 2;
constexpr int exit_skipped = 77;  // CTest's SKIP_RETURN_CODE in checks.cmake

struct Options {
    fs::path root;
    fs::path build;
    std::vector<std::string> what;
    bool json = false;
    bool load = false;
    int repeat = 1;
    std::optional<std::uint64_t> seed;
    std::string mode;
};

// Keeps every core busy for as long as it lives, with processes that die with this one.
class Load {
public:
    explicit Load(bool wanted) {
        const unsigned cores = wanted ? std::max(1U, std::thread::hardware_concurrency()) : 0;
        for (unsigned i = 0; i < cores; ++i) {
            const pid_t pid = ::fork();
            if (pid == 0) {
                ::prctl(PR_SET_PDEATHSIG, SIGKILL);
                for (volatile bool busy = true; busy;) {
                }
            }
            processes_.push_back(pid);
        }
    }
    ~Load() {
        for (const pid_t pid : processes_) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
        }
    }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

private:
    std::vector<pid_t> processes_;
};

std::uint64_t fresh_seed() {
    return std::random_device{}() % 100'000;
}

std::optional<Mode> wanted_mode(const Options& options) {
    if (options.mode.empty()) {
        return std::nullopt;
    }
    const auto mode = mode_named(options.mode);
    if (!mode) {
        throw UsageError("there is no mode '" + options.mode +
                         "'; there are: serial, burst, pieces, interrupt, storm");
    }
    return mode;
}

std::vector<Subject> wanted_subjects(const Catalog& catalog, const Options& options) {
    std::vector<Subject> subjects;
    for (const std::string& what : options.what) {
        for (Subject& subject : catalog.resolve(what)) {
            subjects.push_back(std::move(subject));
        }
    }
    return subjects;
}

void tell_containment() {
    if (containment() == Containment::process_groups) {
        std::cerr << "checker: namespaces are not allowed here, so programs are only contained in "
                     "process groups\n";
    }
}

int check(const Catalog& catalog, const Options& options) {
    const Builder builder(catalog.root(), options.build);
    const auto subjects = wanted_subjects(catalog, options);
    TrialOptions trial{.seed = 0, .only_mode = wanted_mode(options)};
    tell_containment();
    const Load load(options.load);
    std::vector<Verdict> verdicts;
    bool failed = false;
    bool error = false;
    bool judged = false;
    for (int turn = 0; turn < options.repeat; ++turn) {
        for (const Subject& subject : subjects) {
            trial.seed =
                options.seed ? *options.seed + static_cast<std::uint64_t>(turn) : fresh_seed();
            Verdict verdict = try_subject(subject, builder, trial);
            failed = failed || (verdict.is != Verdict::Is::skipped && !verdict.holds());
            error = error || verdict.is == Verdict::Is::error;
            judged = judged || verdict.is != Verdict::Is::skipped;
            if (!options.json && (turn == 0 || !verdict.holds())) {
                std::cout << text_report(verdict, catalog.root()) << std::flush;
            }
            if (options.json) {
                verdicts.push_back(std::move(verdict));
            }
        }
    }
    if (options.json) {
        std::cout << json_report(verdicts, catalog.root());
    } else if (options.repeat > 1) {
        std::cout << options.repeat << " times: " << (failed ? "not always held" : "always held")
                  << "\n";
    }
    return error ? exit_wrong_question : failed ? exit_failed : judged ? 0 : exit_skipped;
}

void print_entry(const TranscriptEntry& entry) {
    if (entry.who == "server" || entry.who == "stdout" || entry.who == "stderr") {
        std::printf("%6lld ms  %-7s %s\n", static_cast<long long>(entry.at_ms), entry.who.c_str(),
                    entry.what.c_str());
        std::fflush(stdout);
    }
}

// Real time, and nobody judges: the reader watches.
int run_stage(const Catalog& catalog, const Options& options) {
    const Builder builder(catalog.root(), options.build);
    const auto subjects = catalog.resolve(options.what.front());
    if (subjects.size() != 1) {
        throw UsageError("run takes one stage, such as ch04/a");
    }
    const Spec spec = read_spec(subjects[0].entry.folder / "check.json");
    RunPlan plan;
    plan.command.argv = {builder.make(subjects[0]).string()};
    const Case& first = spec.cases.front();
    plan.command.argv.insert(plan.command.argv.end(), first.args.begin(), first.args.end());
    plan.command.stdin_file = first.stdin_file;
    plan.command.memory_limit = 0;
    plan.server = first.server;
    plan.clock = Clock::real;
    plan.seed = options.seed.value_or(fresh_seed());
    plan.scratch_root = builder.own_folder() / "scratch";
    plan.budget = std::chrono::minutes(10);
    plan.on_entry = print_entry;
    tell_containment();
    const Evidence evidence = run(plan);
    if (evidence.end == Evidence::End::stuck) {
        std::cerr << "checker: stuck: nothing is left that could wake the program\n";
        return exit_failed;
    }
    if (!evidence.ended) {
        std::cerr << "checker: still running after 10 minutes: stopped\n";
        return exit_failed;
    }
    return evidence.ended->signalled ? 128 + evidence.ended->value : evidence.ended->value;
}

// Own files only: what the reader is to edit, not what judges it.
void copy_for_editing(const fs::path& from, const fs::path& to) {
    for (const auto& file : fs::directory_iterator(from)) {
        const auto extension = file.path().extension();
        if (file.is_regular_file() && extension != ".json" && extension != ".txt") {
            fs::copy_file(file.path(), to / file.path().filename());
        }
    }
}

int start(const Catalog& catalog, const Options& options) {
    const Entry& entry = catalog.entry(options.what.front());
    const fs::path target = entry.work_folder(catalog.root());
    const std::string shown = target.lexically_relative(catalog.root()).string();
    if (fs::exists(target)) {
        throw UsageError(shown +
                         " is there already, and nothing was changed; go on with it, or "
                         "move it away to begin anew");
    }
    const bool exercise = entry.is == Entry::Is::exercise;
    fs::path from = entry.folder / "starter";
    if (!exercise) {
        const Spec spec = read_spec(entry.folder / "check.json");
        // The first of its line has nothing before it: a copy of itself, to try things out on.
        from = spec.from.empty() ? entry.folder : catalog.entry(spec.from.front()).folder;
    }
    // Made under another name first, so that a full disk leaves no half exercise behind.
    const fs::path fresh = target.string() + ".new";
    fs::remove_all(fresh);
    fs::create_directories(fresh);
    copy_for_editing(from, fresh);
    fs::rename(fresh, target);
    std::cout << "your copy: " << shown << "\n";
    if (exercise) {
        std::cout << "the task:  "
                  << (entry.folder / "README.md").lexically_relative(catalog.root()).string()
                  << "\n";
    }
    std::cout << "check it:  tools/workshop check " << (exercise ? "" : "work/") << entry.id()
              << "\n";
    return 0;
}

int list(const Catalog& catalog, const Options& options) {
    std::vector<std::string> wanted;
    for (const std::string& what : options.what) {
        for (const Subject& subject : catalog.resolve(what)) {
            wanted.push_back(subject.entry.chapter);
        }
    }
    std::string chapter;
    for (const Entry& entry : catalog.entries()) {
        if (!wanted.empty() && std::ranges::count(wanted, entry.chapter) == 0) {
            continue;
        }
        if (entry.chapter != chapter) {
            chapter = entry.chapter;
            std::cout << entry.chapter_folder.filename().string() << "\n";
        }
        const Spec spec = read_spec(entry.folder / "check.json");
        std::cout << "  " << entry.id() << "  "
                  << (entry.is == Entry::Is::exercise ? "exercise: " : "") << spec.title << "\n";
    }
    return 0;
}

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
    const std::string verb = app.get_subcommands().front()->get_name();
    if (verb == "list") {
        return list(catalog, options);
    }
    if (verb == "start") {
        return start(catalog, options);
    }
    return verb == "run" ? run_stage(catalog, options) : check(catalog, options);
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
    check_verb->add_option("--seed", options.seed, "repeat a run: the seed that a failure printed");
    check_verb->add_option("--mode", options.mode, "only this mode");
    check_verb->add_option("--repeat", options.repeat, "how many times")
        ->check(CLI::PositiveNumber);
    check_verb->add_flag("--load", options.load, "keep all cores busy meanwhile");
    CLI::App* run_verb = app.add_subcommand("run", "run one stage in real time and watch it");
    run_verb->add_option("stage", options.what, "ch04/a")->required()->expected(1);
    run_verb->add_option("--seed", options.seed, "the seed of the replies' nonces");
    CLI::App* start_verb = app.add_subcommand("start", "make your own copy to work on");
    start_verb->add_option("what", options.what, "ch04/01")->required()->expected(1);
    CLI::App* list_verb = app.add_subcommand("list", "what there is");
    list_verb->add_option("chapter", options.what, "only these: ch04");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);
        }
        const auto verbs = app.get_subcommands();
        const std::string verb = verbs.empty() ? "" : verbs.front()->get_name();
        if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !verb.empty()) {
            std::cerr << "checker: " << verb << " needs a name, such as "
                      << (verb == "start" ? "ch04/01" : "ch04/a")
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
