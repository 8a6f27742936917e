// Verbs that build and run programs.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <random>
#include <thread>

#include "build.hpp"
#include "files.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "run.hpp"
#include "text.hpp"
#include "trial.hpp"
#include "verbs.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

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

void print_entry(const TranscriptEntry& entry) {
    const bool of_interest = entry.who == "server" || entry.who == "stdout" ||
                             entry.who == "stderr" ||
                             (entry.who == "program" && !entry.what.starts_with("waits"));
    if (of_interest) {
        std::printf("%6lld ms  %-7s %s\n", static_cast<long long>(entry.at_ms), entry.who.c_str(),
                    entry.what.c_str());
        std::fflush(stdout);
    }
}

// Before an hour of judging, not after it.
void require_place_for(const fs::path& report) {
    if (!report.empty() && !fs::is_directory(fs::absolute(report).parent_path())) {
        throw UsageError("--junit " + report.string() + ": there is no folder " +
                         fs::absolute(report).parent_path().string());
    }
}

}  // namespace

void tell_containment() {
    if (containment() == Containment::process_groups) {
        std::cerr << "checker: namespaces are not allowed here, so programs are only contained in "
                     "process groups\n";
    }
}

std::uint64_t fresh_seed() {
    return std::random_device{}() % 100'000;
}

int check(const Catalog& catalog, const Options& options) {
    const Builder builder(catalog.root(), options.build);
    const auto subjects = wanted_subjects(catalog, options);
    TrialOptions trial{.seed = 0, .only_mode = wanted_mode(options)};
    require_place_for(options.junit);
    tell_containment();
    const Load load(options.load);
    const Progress progress(catalog);
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
            if (verdict.is == Verdict::Is::passed && !trial.only_mode) {
                progress.passed(subject);
            }
            if (options.json || !options.junit.empty()) {
                verdicts.push_back(std::move(verdict));
            }
        }
    }
    if (!options.junit.empty()) {
        replace_file(options.junit, junit_report(verdicts, catalog.root()));
    }
    if (options.json) {
        std::cout << json_report(verdicts, catalog.root());
    } else if (options.repeat > 1) {
        std::cout << options.repeat << " times: " << (failed ? "not always held" : "always held")
                  << "\n";
    }
    return error ? exit_wrong_question : failed ? exit_failed : judged ? 0 : exit_skipped;
}

// Real time, and nobody judges: the reader watches.
int run_stage(const Catalog& catalog, const Options& options) {
    const Builder builder(catalog.root(), options.build);
    const auto subjects = catalog.resolve(options.what.front());
    if (subjects.size() != 1) {
        throw UsageError("run takes one stage, such as ch04/a");
    }
    const Spec spec = read_spec(subjects[0].entry.folder / "check.json");
    if (const std::string missing = why_not_here(spec); !missing.empty()) {
        throw UsageError(subjects[0].id() + " " + missing);
    }
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

}  // namespace checker
