// The order of a trial: read what is promised, build, run, judge. A mutant or a starter goes the
// same way as a right program; only what is made of the outcome differs.
#include "trial.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "compile_fails.hpp"
#include "expected.hpp"
#include "files.hpp"
#include "mutant.hpp"
#include "platform.hpp"
#include "proc_tree.hpp"
#include "run.hpp"
#include "text.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr nanoseconds longest_budget = 60s;
constexpr nanoseconds first_budget = 20s;
constexpr nanoseconds least_budget = 5s;
constexpr int budget_factor = 20;
constexpr nanoseconds budget_for_calls = 3s;
constexpr std::uint64_t storm_rounds = 50;

const std::string& sanitizer() {
    static const std::string name = WORKSHOP_SANITIZER;
    return name;
}

// How long the right program took here when it last passed, per entry.
class Budgets {
public:
    Budgets(const Builder& builder, const Entry& entry)
        : file_(builder.own_folder() / "budgets" / (entry.chapter + "-" + entry.key)) {}

    nanoseconds budget() const {
        std::ifstream file(file_);
        std::int64_t last = 0;
        return file >> last
                   ? std::clamp(budget_factor * nanoseconds(last), least_budget, longest_budget)
                   : first_budget;
    }

    void passed(nanoseconds longest_run) const {
        fs::create_directories(file_.parent_path());
        replace_file(file_, std::to_string(longest_run.count()) + '\n');
    }

private:
    fs::path file_;
};

// Not the header itself: a second of parsing says no more than the preprocessor's word.
bool compiler_finds(const std::string& header) {
    constexpr auto script = R"(echo "#if !__has_include(<$1>)
#error
#endif" | "$0" -x c++ -E -)";
    return run_command({"sh", "-c", script, WORKSHOP_CXX_COMPILER, header}, ".").status == 0;
}

// The presets without a sanitizer differ in what is built, not in how programs behave.
bool runs_here(const Case& one) {
    const std::vector<std::string> names =
        sanitizer() == "address"  ? std::vector<std::string>{"asan"}
        : sanitizer() == "thread" ? std::vector<std::string>{"tsan"}
                                  : std::vector<std::string>{"default", "maintainer", "release"};
    return one.presets.empty() || std::ranges::any_of(names, [&](const std::string& name) {
               return std::ranges::count(one.presets, name) > 0;
           });
}

Promise read_promise(const Case& one) {
    Promise promise{.must = one.must, .out = read_expected(one.expected), .err = {}};
    if (fs::exists(one.expected_err)) {
        promise.err = read_expected(one.expected_err);
    }
    return promise;
}

class Trial {
public:
    Trial(const Subject& subject, const Builder& builder, const TrialOptions& options)
        : subject_(subject),
          builder_(builder),
          options_(options),
          budgets_(builder, subject.entry) {
        verdict_.subject = subject;
        verdict_.seed = options.seed;
    }

    Verdict carry_out() {
        spec_ = read_spec(subject_.entry.folder / "check.json");
        verdict_.title = spec_.title;
        if (const std::string why = why_not_here(spec_); !why.empty()) {
            verdict_.is = Verdict::Is::skipped;
            verdict_.error = why;
            return std::move(verdict_);
        }
        for (const Case& one : spec_.cases) {
            promises_.push_back(read_promise(one));
        }
        try {
            verdict_.program = builder_.make(subject_);
            if (subject_.is == Subject::Is::work) {
                verdict_.warnings = builder_.warnings(subject_);
            }
            if (compiles_only_what_it_may()) {
                run_cases();
            }
            verdict_.is = !verdict_.findings.empty() ? Verdict::Is::failed
                          : verdict_.modes.empty()   ? Verdict::Is::skipped
                                                     : Verdict::Is::passed;
        } catch (const DoesNotCompile& broken) {
            verdict_.is = Verdict::Is::failed;
            verdict_.compiler_output = broken.what();
        }
        if (verdict_.is == Verdict::Is::passed && subject_.is == Subject::Is::right &&
            !options_.only_mode) {
            budgets_.passed(longest_run_);
        }
        compare_with_reason();
        return std::move(verdict_);
    }

private:
    // What must not compile is compiled before anything runs.
    bool compiles_only_what_it_may() {
        if (!spec_.compile_fails || options_.only_mode.value_or(Mode::serial) != Mode::serial) {
            return true;
        }
        const fs::path& source = spec_.compile_fails->source;
        const auto plain = builder_.compile(subject_, source, {});
        const auto control = builder_.compile(subject_, source, {"-DCONTROL"});
        if (auto finding = judge_compile_fails(
                {plain.source, builder_.folder(), plain.result, control.result})) {
            verdict_.findings.push_back(*std::move(finding));
            teach(Mode::serial);
            return false;
        }
        return true;
    }

    void run_cases() {
        for (std::size_t i = 0; i < spec_.cases.size(); ++i) {
            const Case& one = spec_.cases[i];
            if (!runs_here(one)) {
                note("case '" + one.name + "' is not for this preset");
                continue;
            }
            if (!make_for_platform(one)) {
                continue;
            }
            for (const Mode mode : one.modes) {
                if (options_.only_mode && *options_.only_mode != mode) {
                    continue;
                }
                const bool holds = mode == Mode::storm ? run_storm(one, promises_[i])
                                                       : run_mode(one, promises_[i], mode);
                if (!holds) {
                    return;
                }
            }
        }
        if (verdict_.modes.empty()) {
            verdict_.error = "no case of it is judged here";
            if (options_.only_mode) {
                throw UsageError(subject_.id() + " is not judged in mode " +
                                 std::string(name(*options_.only_mode)));
            }
        }
    }

    // The program of a case for another platform; false, with a note, if it can't be had here.
    bool make_for_platform(const Case& one) {
        platform_program_.clear();
        emulation_ = {};
        if (one.platform == Platform::native) {
            return true;
        }
        const std::string which = "case '" + one.name + "' is not judged: ";
        const std::string why = !sanitizer().empty() ? "the sanitizers are not built for it"
                                                     : why_no_platform(one.platform);
        if (!why.empty()) {
            note(which + why);
            return false;
        }
        try {
            platform_program_ = builder_.make_for(subject_, one.platform);
        } catch (const NoSuchTarget& missing) {
            note(which + missing.what() + " Configure again: its compiler is there by now");
            return false;
        }
        emulation_ = emulation_of(one.platform, builder_.own_folder());
        return true;
    }

    // Which thread meets which reply differs from round to round.
    bool run_storm(const Case& one, const Promise& promise) {
        note_mode(Mode::storm);
        RunPlan plan = plan_for(one, Mode::storm);
        for (std::uint64_t round = 0; round < storm_rounds; ++round) {
            plan.seed = options_.seed * storm_rounds + round;
            if (!run_once(one, promise, plan)) {
                verdict_.findings.front().details.push_back(
                    "in round " + std::to_string(round + 1) + " of " +
                    std::to_string(storm_rounds) + ": a race, which another run may not show");
                return false;
            }
        }
        return true;
    }

    void note_mode(Mode mode) {
        if (std::ranges::count(verdict_.modes, name(mode)) == 0) {
            verdict_.modes.emplace_back(name(mode));
        }
    }

    // A mode is one run, plus one under strace where system calls are counted or made to fail.
    bool run_mode(const Case& one, const Promise& promise, Mode mode) {
        note_mode(mode);
        RunPlan plan = plan_for(one, mode);
        if (!run_once(one, promise, plan)) {
            return false;
        }
        const bool count = mode == Mode::serial && !one.must.syscalls.empty();
        const bool networked = one.server == ServerKind::normal;
        const bool inject = mode == Mode::interrupt && networked;
        if (!count && !inject) {
            return true;
        }
        if (const std::string why = why_no_strace(); !why.empty()) {
            note((count ? "system calls not counted: " : "no EINTR injected: ") + why);
            return true;
        }
        for (const auto& [call, wanted] : one.must.syscalls) {
            if (count) {
                plan.count_syscalls.push_back(call);
            }
        }
        if (inject) {
            // Those waits that the kernel itself does not restart after a stop: signal(7).
            plan.interrupt_syscalls = {"epoll_wait", "epoll_pwait", "epoll_pwait2"};
        }
        plan.observe_waiting = false;
        Promise traced = promise;
        traced.must.while_waiting.reset();
        return run_once(one, traced, plan);
    }

    static std::string why_no_strace() {
        return sanitizer().empty() ? strace_unavailable() : "the sanitizers don't run under strace";
    }

    RunPlan plan_for(const Case& one, Mode mode) {
        RunPlan plan;
        const bool native = one.platform == Platform::native;
        plan.command.argv = emulation_.before;
        plan.command.argv.push_back((native ? verdict_.program : platform_program_).string());
        plan.command.environment = emulation_.environment;
        plan.command.argv.insert(plan.command.argv.end(), one.args.begin(), one.args.end());
        plan.command.stdin_file = one.stdin_file;
        plan.command.report_open_files =
            mode == Mode::serial && one.must.open_fds && sanitizer().empty();
        if (!sanitizer().empty() || !native) {
            plan.command.memory_limit = 0;  // sanitizers and emulators reserve terabytes
        }
        plan.mode = mode;
        plan.seed = options_.seed;
        plan.server = one.server;
        plan.clock = one.clock;
        plan.expect_spins = one.must.while_waiting == WhileWaiting::spins;
        plan.observe_waiting = mode == Mode::serial && one.must.while_waiting &&
                               (one.server == ServerKind::normal || one.server == ServerKind::slow);
        plan.budget = budgets_.budget();
        plan.scratch_root = builder_.own_folder() / "scratch";
        plan.helpers = processes_named(spec_.helpers);
        if (one.must.open_fds && !sanitizer().empty()) {
            note("open descriptors not listed: the leak sanitizer doesn't run under ptrace");
        }
        return plan;
    }

    bool run_once(const Case& one, const Promise& promise, const RunPlan& plan) {
        Evidence evidence = run(plan);
        evidence.err = without_diagnostics(one.platform, evidence.err);
        longest_run_ = std::max(longest_run_, evidence.real);
        const Unjudged unjudged{.threads = sanitizer() == "thread", .memory = !sanitizer().empty()};
        auto findings = judge(promise, evidence, unjudged);
        if (findings.empty()) {
            return true;
        }
        if (!evidence.own_timer.empty()) {
            note("a wait of its own, " + evidence.own_timer +
                 ", would have ended before the next reply; virtual time knows nothing of it" +
                 (subject_.is == Subject::Is::work
                      ? ""
                      : ": if it decides what happens, this check needs \"clock\": \"real\""));
        }
        verdict_.findings = std::move(findings);
        verdict_.case_name = one.name;
        if (one.platform != Platform::native) {
            verdict_.program = platform_program_;
        }
        verdict_.mode = plan.mode;
        verdict_.transcript = std::move(evidence.transcript);
        teach(plan.mode);
        verdict_.calls = calls_before(evidence, plan);
        return false;
    }

    // Its last system calls, if they can tell why and a further run ends in the same way. Whoever
    // must fail need not be told.
    std::vector<std::string> calls_before(const Evidence& failed, RunPlan plan) const {
        static const std::set<std::string> telling = {"stuck",  "time_limit", "while_waiting",
                                                      "signal", "exit",       "abandoned"};
        const std::string& expectation = verdict_.findings.front().expectation;
        if (subject_.is == Subject::Is::mutant || subject_.is == Subject::Is::starter ||
            plan.mode == Mode::storm || !telling.contains(expectation) ||
            !emulation_.before.empty() || !why_no_strace().empty()) {
            return {};
        }
        plan.tell_calls = true;
        plan.observe_waiting = expectation == "while_waiting";
        plan.budget = budget_for_calls;
        const Evidence evidence = run(plan);
        const bool same = evidence.while_waiting.has_value()
                              ? evidence.while_waiting == failed.while_waiting
                              : evidence.end == failed.end;
        return same ? evidence.calls : std::vector<std::string>{};
    }

    // The first finding that the lesson has a section for: one that follows from another may have
    // one where that other has none. Not if the program gave up, and had nothing to say of the
    // rest.
    void teach(Mode mode) {
        for (const Finding& finding : verdict_.findings) {
            if (gave_up() && &finding != &verdict_.findings.front()) {
                return;
            }
            if (const auto reference = teach_for(spec_, finding.expectation, mode, finding.cause)) {
                verdict_.heading_reference = *reference;
                verdict_.heading =
                    find_heading(subject_.entry.folder, subject_.entry.chapter_folder, *reference);
                return;
            }
        }
    }

    bool gave_up() const {
        const std::string& first = verdict_.findings.front().expectation;
        return first == "exit" || first == "signal";
    }

    void note(const std::string& text) {
        if (std::ranges::count(verdict_.notes, text) == 0) {
            verdict_.notes.push_back(text);
        }
    }

    // A mutant's first line, or a starter's "fails", says why it must be rejected.
    void compare_with_reason() {
        std::string reason_text;
        if (subject_.is == Subject::Is::mutant) {
            reason_text = read_mutant(subject_.source).reason_text;
        } else if (subject_.is == Subject::Is::starter) {
            reason_text = spec_.fails;
        } else {
            return;
        }
        const Reason reason = parse_reason(reason_text);
        if (verdict_.is == Verdict::Is::passed) {
            verdict_.wrongly_judged = "it passes, and should fail: " + reason_text;
        } else if (verdict_.findings.empty()) {
            verdict_.wrongly_judged = "it does not compile";
        } else if (verdict_.findings.front().expectation != reason.expectation ||
                   verdict_.mode != reason.mode || verdict_.heading_reference != reason.heading) {
            verdict_.wrongly_judged =
                "it fails for another reason than " + reason_text + ": " +
                verdict_.findings.front().expectation + " in " + std::string(name(verdict_.mode)) +
                ": " +
                (verdict_.heading_reference.empty() ? "(teaches nothing)"
                                                    : verdict_.heading_reference);
        } else if (!verdict_.heading) {
            verdict_.wrongly_judged = "there is no heading " + reason.heading;
        }
    }

    const Subject& subject_;
    const Builder& builder_;
    const TrialOptions& options_;
    Budgets budgets_;
    Spec spec_;
    std::vector<Promise> promises_;  // of the cases, in their order
    fs::path platform_program_;      // of the case that runs now; empty: the subject's own
    Emulation emulation_;
    nanoseconds longest_run_{};
    Verdict verdict_;
};

}  // namespace

std::string why_not_here(const Spec& spec) {
    const std::string preset = sanitizer() == "address"  ? "asan"
                               : sanitizer() == "thread" ? "tsan"
                                                         : "";
    if (const auto found = spec.not_in.find(preset); found != spec.not_in.end()) {
        return "not in " + preset + ": " + found->second;
    }
    for (const std::string& need : spec.needs) {
        const bool header = need.starts_with(header_need);
        const std::string name = header ? need.substr(header_need.size()) : need;
        const bool found = header ? compiler_finds(name) : in_path(name);
        if (!found) {
            return "needs " + std::string(header ? "the header " : "") + name +
                   ", which is not installed";
        }
    }
    return {};
}

bool Verdict::holds() const {
    if (subject.is == Subject::Is::mutant || subject.is == Subject::Is::starter) {
        return is == Is::failed && wrongly_judged.empty();
    }
    return is == Is::passed;
}

Verdict try_subject(const Subject& subject, const Builder& builder, const TrialOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    Verdict verdict;
    try {
        verdict = Trial(subject, builder, options).carry_out();
    } catch (const UsageError&) {
        throw;
    } catch (const SpecError&) {
        throw;
    } catch (const std::exception& problem) {
        verdict.subject = subject;
        verdict.seed = options.seed;
        verdict.error = problem.what();
    }
    verdict.took = std::chrono::steady_clock::now() - begin;
    return verdict;
}

}  // namespace checker
