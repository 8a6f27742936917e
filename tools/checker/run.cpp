// The loop of a run: take in what came; if the program rests, act as the mode wants; else look
// again soon. Every way out of the loop is a verdict of its own.
#include "run.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "files.hpp"
#include "quiescence.hpp"
#include "served.hpp"
#include "stop.hpp"
#include "strace_log.hpp"
#include "text.hpp"

namespace checker {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto first_pause = 30us;
constexpr auto longest_pause = 1ms;
constexpr auto stuck_after = 20ms;
constexpr auto waiting_window = 50ms;
constexpr std::uint64_t spinning_ns = 20'000'000;        // this much CPU in the window is spinning
constexpr std::uint64_t never_rests_ns = 1'000'000'000;  // this much CPU without an event
constexpr auto grace_for_children = 2s;
constexpr std::size_t output_kept = 64U << 20;
constexpr int reads_per_pump = 16;  // a program that never stops printing must not keep us there
constexpr std::size_t transcript_kept = 4000;

// Over the last minute; a run that is late has just begun or lasts as long.
bool more_to_do_than_cores() {
    double load = 0;
    return ::getloadavg(&load, 1) == 1 && load > std::thread::hardware_concurrency();
}

// A port that refuses connections, because it is bound and nobody listens.
class RefusedPort {
public:
    RefusedPort() : socket_(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        checked(::bind(socket_.get(), generic, size), "bind");
        checked(::getsockname(socket_.get(), generic, &size), "getsockname");
        port_ = ntohs(address.sin_port);
    }
    std::uint16_t port() const { return port_; }

private:
    Fd socket_;
    std::uint16_t port_ = 0;
};

std::string substitute(std::string text, const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values) {
        const std::string placeholder = "${" + name + "}";
        for (auto at = text.find(placeholder); at != std::string::npos;
             at = text.find(placeholder, at + value.size())) {
            text.replace(at, placeholder.size(), value);
        }
    }
    return text;
}

std::uint64_t cpu_of(const std::vector<ThreadLook>& threads) {
    std::uint64_t total = 0;
    for (const ThreadLook& thread : threads) {
        total += thread.cpu_ns;
    }
    return total;
}

class Run {
public:
    explicit Run(const RunPlan& plan) : plan_(plan), scratch_(plan.scratch_root) {
        evidence_.mode = plan.mode;
        evidence_.seed = plan.seed;
        evidence_.budget = plan.budget;
        evidence_.threads = 1;  // a program may end before anybody looks
        open_server();
        Command command = plan.command;
        command.scratch = scratch_.path();
        for (std::string& argument : command.argv) {
            argument = substitute(argument, evidence_.values);
        }
        wrap_in_strace(command);
        narrate("checker", "starts the program");
        program_ = std::make_unique<Contained>(command);
        streams_[0].fd = program_->stdout_fd();
        streams_[1].fd = program_->stderr_fd();
        tree_ = std::make_unique<ProcTree>(program_->init(), plan.helpers);
        quiescence_ = std::make_unique<Quiescence>(*tree_, diag_);
    }

    Evidence carry_out() {
        loop();
        finish();
        return std::move(evidence_);
    }

private:
    // ---- setting up

    void open_server() {
        if (plan_.server == ServerKind::normal || plan_.server == ServerKind::slow) {
            served_ = std::make_unique<Served>(
                plan_.mode, plan_.seed, plan_.server == ServerKind::slow, plan_.backlog,
                [this] { return now(); }, evidence_,
                [this](const std::string& who, const std::string& what) { narrate(who, what); });
        }
        const bool refuse = plan_.server == ServerKind::refuse;
        const int port = served_ ? served_->server().port() : refuse ? refused_port_.port() : 0;
        evidence_.values = {{"host", "127.0.0.1"},
                            {"port", std::to_string(port)},
                            {"server", "127.0.0.1:" + std::to_string(port)},
                            {"refused", "127.0.0.1:" + std::to_string(refused_port_.port())},
                            {"seed", std::to_string(plan_.seed)}};
    }

    std::filesystem::path strace_log() const { return scratch_.path() / "strace.log"; }

    void wrap_in_strace(Command& command) const {
        if (!plan_.traced()) {
            return;
        }
        std::set<std::string> names(plan_.count_syscalls.begin(), plan_.count_syscalls.end());
        names.insert(plan_.interrupt_syscalls.begin(), plan_.interrupt_syscalls.end());
        if (plan_.tell_calls) {
            names.insert(calls_worth_telling().begin(), calls_worth_telling().end());
        }
        names.insert(call_of_the_loader);
        // A leading ? keeps names that this architecture lacks from being an error.
        std::vector<std::string> wrapped{"strace", "-f", "-i", "-D", "-qq"};
        wrapped.insert(wrapped.end(), {"-a", "1", "-s", "16", "-o", strace_log().string()});
        wrapped.insert(wrapped.end(), {"-e", "signal=none", "-e"});
        wrapped.push_back("trace=?" + joined(std::vector(names.begin(), names.end()), ",?"));
        if (!plan_.interrupt_syscalls.empty()) {
            wrapped.insert(wrapped.end(),
                           {"-e", "inject=?" + joined(plan_.interrupt_syscalls, ",?") +
                                      ":error=EINTR:when=1+2"});
        }
        wrapped.push_back("--");
        command.argv.insert(command.argv.begin(), wrapped.begin(), wrapped.end());
        command.report_open_files = false;
    }

    // ---- time and the story

    nanoseconds real_time() const { return steady_clock::now() - started_; }
    nanoseconds now() const { return plan_.clock == Clock::real ? real_time() : virtual_now_; }

    void narrate(const std::string& who, const std::string& what) {
        TranscriptEntry entry{duration_cast<milliseconds>(now()).count(), who, what};
        if (plan_.on_entry) {
            plan_.on_entry(entry);
        }
        if (evidence_.transcript.size() < transcript_kept) {
            evidence_.transcript.push_back(std::move(entry));
        }
    }

    // ---- taking in what came

    struct Stream {
        int fd;
        const char* name;
        std::string Evidence::* text;
        bool open = true;
        std::size_t told = 0;
        std::size_t searched = 0;  ///< no line ends between `told` and here
    };

    // Puts whole lines into the story as they come, not bytes.
    void narrate_lines(Stream& stream, bool at_end) {
        const std::string& text = evidence_.*stream.text;
        while (plan_.on_entry || evidence_.transcript.size() < transcript_kept) {
            auto end = text.find('\n', std::max(stream.told, stream.searched));
            if (end == std::string::npos) {
                stream.searched = text.size();
                if (!at_end || stream.told == text.size()) {
                    return;
                }
                end = text.size();
            }
            const auto line = std::string_view(text).substr(stream.told, end - stream.told);
            narrate(stream.name, visible(shorten(line, 160)));
            stream.told = std::min(end + 1, text.size());
        }
    }

    bool take_output(Stream& stream) {
        std::array<char, 65536> buffer;
        bool any = false;
        for (int reads = 0; stream.open && reads < reads_per_pump; ++reads) {
            std::size_t room = buffer.size();
            if (plan_.output_per_ms != 0) {
                if (steady_clock::now() - last_output_ < 1ms) {
                    return true;  // there may be more: not quiet
                }
                room = std::min(room, plan_.output_per_ms);
            }
            const ssize_t size = ::read(stream.fd, buffer.data(), room);
            if (size < 0) {
                break;
            }
            any = true;
            last_output_ = steady_clock::now();
            ++output_events_;
            stream.open = size > 0;
            keep_output(stream, std::string_view(buffer.data(), static_cast<std::size_t>(size)));
        }
        return any;
    }

    void keep_output(Stream& stream, std::string_view bytes) {
        std::string& text = evidence_.*stream.text;
        if (text.size() + bytes.size() > output_kept) {
            evidence_.output_cut = true;
            bytes = bytes.substr(0, output_kept - text.size());
        }
        text += bytes;
        narrate_lines(stream, !stream.open);
    }

    bool pump() {
        bool any = served_ && served_->server().pump();
        for (Stream& stream : streams_) {
            any = take_output(stream) || any;
        }
        return program_->poll_news() || any;
    }

    std::vector<pollfd> descriptors() const {
        std::vector<pollfd> fds{{program_->control_fd(), POLLIN, 0}};
        if (served_) {
            fds.push_back({served_->server().fd(), POLLIN, 0});
        }
        for (const Stream& stream : streams_) {
            if (stream.open) {
                fds.push_back({stream.fd, POLLIN, 0});
            }
        }
        return fds;
    }

    bool wait_for_news(nanoseconds limit) const {
        auto fds = descriptors();
        const timespec time{limit / 1s, (limit % 1s).count()};
        return ::ppoll(fds.data(), fds.size(), &time, nullptr) > 0;
    }

    std::uint64_t events() const {
        return output_events_ + checker_events_ + (served_ ? served_->events() : 0);
    }

    Look look() {
        static const std::vector<Connection> none;
        Look look = quiescence_->look(served_ ? served_->connections() : none, events(),
                                      [this] { return wait_for_news(0ns); });
        if (served_) {
            served_->forget(look.network.gone);
        }
        if (plan_.traced() && tracer_ == 0) {
            tracer_ = tracer_of(program_->program());  // strace takes a moment to attach
        }
        if (!look.threads.empty()) {
            evidence_.cpu =
                std::max(evidence_.cpu, nanoseconds(cpu_of(without_ours(look.threads))));
            count_threads(look);
        }
        return look;
    }

    void count_threads(const Look& look) {
        const auto count =
            std::ranges::count(look.threads, program_->program(), &ThreadLook::process);
        evidence_.threads = std::max(evidence_.threads, static_cast<std::int64_t>(count));
    }

    // ---- the loop

    // The budget says how long it should take on a machine that has time for it. One that is busy
    // with other things may take six times as long; a program that computes had its time.
    nanoseconds budget() {
        constexpr int patience = 6;
        if (real_time() > plan_.budget && evidence_.cpu < plan_.budget / 2 &&
            machine_is_busy_.value_or(true)) {
            machine_is_busy_ = more_to_do_than_cores();
            return *machine_is_busy_ ? patience * plan_.budget : plan_.budget;
        }
        return plan_.budget;
    }

    void loop() {
        nanoseconds pause = first_pause;
        for (;;) {
            const bool news = pump();
            const bool late = real_time() > budget();
            throw_if_stopped();
            if (news) {
                pause = first_pause;
                cpu_at_event_.reset();
                if (plan_.output_per_ms == 0 && !late) {
                    continue;
                }
            }
            if (program_->ended()) {
                evidence_.end = Evidence::End::exited;
                return;
            }
            if (late) {
                evidence_.end = Evidence::End::time_limit;
                return;
            }
            if (plan_.clock == Clock::real) {
                release_what_is_due();
            }
            if (plan_.mode == Mode::storm && release_in_storm()) {
                pause = first_pause;
                continue;
            }
            const Look now = look();
            const bool acted = now.is == Look::Is::quiet ? act_when_quiet(now) : act_when_busy(now);
            if (evidence_.end == Evidence::End::stuck || seen_enough()) {
                return;
            }
            if (acted) {
                pause = first_pause;
            } else {
                wait_for_news(pause);
                pause = std::min<nanoseconds>(pause * 3 / 2, longest_pause);
            }
        }
    }

    // What it does while it waits stands at the end of the log as long as nothing follows.
    bool seen_enough() const { return plan_.tell_calls && evidence_.while_waiting; }

    // Nobody sees an attempt to connect that the kernel dropped because the backlog was full; it
    // is made again a second later.
    bool anyone_still_connecting() {
        const std::uint16_t port = served_->server().port();
        const std::uint32_t dropped = diag_.attempts_dropped_at(port);
        if (dropped == dropped_before_) {
            return false;
        }
        // If all are connected by now, some may be so since the last look: look again.
        if (!diag_.anyone_connecting_to(port)) {
            dropped_before_ = dropped;
        }
        return true;
    }

    bool act_when_quiet(const Look& look) {
        if (served_ && anyone_still_connecting()) {
            quiet_since_.reset();
            return false;
        }
        const bool parked = served_ && served_->anything_parked();
        if (!parked) {
            return act_when_nothing_is_parked(look);
        }
        quiet_since_.reset();
        if (plan_.clock == Clock::real) {
            return false;
        }
        if (plan_.observe_waiting && !evidence_.while_waiting) {
            observe_waiting(look);
            return true;
        }
        if (plan_.mode == Mode::interrupt && !plan_.traced() &&
            interrupted_at_ != served_->events()) {
            interrupt();
            return true;
        }
        note_unread(look);
        note_untold();
        if (told_waits_at_ != events()) {
            narrate("program", "waits: " + joined(waits_in_words(look), "; "));
        }
        note_own_timer(look);
        release_next();
        return true;
    }

    // Replies without regard for what the program is doing.
    bool release_in_storm() {
        const auto time = steady_clock::now();
        if (!served_ || !served_->anything_parked() || time < next_in_storm_) {
            return false;
        }
        release_next();
        next_in_storm_ = time + served_->pause_in_storm();
        return true;
    }

    // Virtual time knows nothing of the program's own timers. One that would have ended first may
    // be there to decide something.
    void note_own_timer(const Look& look) {
        const auto next = served_->server().next_due();
        if (!evidence_.own_timer.empty() || !next) {
            return;
        }
        const double ms_left =
            std::chrono::duration<double, std::milli>(*next - virtual_now_).count();
        for (const ThreadLook& thread : without_ours(look.threads)) {
            const Wait wait = decode_wait(thread);
            if (wait.milliseconds && !wait.pure_sleep && *wait.milliseconds < ms_left) {
                evidence_.own_timer = wait.words;
                return;
            }
        }
    }

    // A reply has been sent whole, the program has come to rest again, and it has printed nothing.
    void note_untold() {
        const bool replied = evidence_.replies.size() > replies_noted_;
        const auto lines = std::ranges::count(evidence_.out, '\n');
        evidence_.untold += replied && lines == lines_noted_ ? 1 : 0;
        replies_noted_ = evidence_.replies.size();
        lines_noted_ = lines;
    }

    void note_unread(const Look& look) {
        auto unread = unread_of(look);
        std::erase_if(unread, [](const Unread& one) { return one.bytes == 0; });
        if (unread.size() > evidence_.unread.size()) {
            evidence_.unread = std::move(unread);
        }
    }

    std::vector<Unread> unread_of(const Look& look) const {
        std::vector<Unread> unread;
        for (const auto& [connection, bytes, end] : look.network.unread) {
            unread.push_back({served_->request_of(connection), bytes, end});
        }
        return unread;
    }

    void release_next() {
        const auto choice = served_->choose();
        if (choice.at > virtual_now_) {
            virtual_now_ = choice.at;
            narrate("clock", "time moves to " +
                                 std::to_string(duration_cast<milliseconds>(virtual_now_).count()) +
                                 " ms");
        }
        for (const auto& piece : choice.pieces) {
            served_->release(piece);
        }
        told_waits_at_ = events();
    }

    void release_what_is_due() {
        if (served_ && served_->server().release_due()) {
            ++checker_events_;
        }
    }

    // A program that burns CPU while nothing happens will not rest: time moves all the same.
    bool act_when_busy(const Look& look) {
        quiet_since_.reset();
        if (look.threads.empty() || look.is != Look::Is::running || !served_ ||
            !served_->anything_parked() || plan_.clock == Clock::real) {
            return false;
        }
        const std::uint64_t cpu = cpu_of(look.threads);
        if (!cpu_at_event_ || cpu < *cpu_at_event_) {
            cpu_at_event_ = cpu;
        }
        const bool soon = plan_.expect_spins || evidence_.never_rested;
        if (cpu - *cpu_at_event_ < (soon ? spinning_ns : never_rests_ns) || bytes_in_flight()) {
            return false;
        }
        if (plan_.observe_waiting) {
            evidence_.while_waiting = WhileWaiting::spins;
            evidence_.bells = bells_in_words(program_->program());
        }
        evidence_.never_rested = true;
        cpu_at_event_.reset();
        narrate("program", "burns CPU and never rests");
        if (!seen_enough()) {
            release_next();
        }
        return true;
    }

    // Quiet, and no reply left to send. If nothing else can wake the program, it is stuck.
    bool act_when_nothing_is_parked(const Look& look) {
        const OwnTimers timers = own_timers(without_ours(look.threads));
        if (!timers.certain.empty()) {
            quiet_since_.reset();
            return false;
        }
        evidence_.perhaps = joined(timers.perhaps, "; ");
        if (!timers.perhaps.empty()) {
            // Anew, since one look is not enough: a program that has ended after it has no timers.
            quiet_since_.reset();
            return false;
        }
        const auto time = steady_clock::now();
        if (!quiet_since_) {
            quiet_since_ = time;
        }
        if (time - *quiet_since_ < stuck_after) {
            return false;
        }
        evidence_.end = Evidence::End::stuck;
        describe_stuck(look);
        return true;
    }

    // ---- what it does while it waits

    // One window with a reply withheld. It stretches while threads are on a CPU or wait for one.
    void observe_waiting(const Look& first) {
        const auto begin = steady_clock::now();
        const auto events_before = served_->events();
        for (;;) {
            const auto left = waiting_window - (steady_clock::now() - begin);
            wait_for_news(std::max<nanoseconds>(left, 1ms));
            pump();
            if (program_->ended() || served_->events() != events_before || real_time() > budget()) {
                return;  // something happened: another window will show
            }
            if (left > 0ns) {
                continue;
            }
            const auto threads = tree_->look(ReadOrder::run_count_last);
            if (!threads) {
                continue;
            }
            if (cpu_of(*threads) > cpu_of(first.threads) + spinning_ns) {
                evidence_.while_waiting = WhileWaiting::spins;
            } else if (!std::ranges::all_of(*threads, &ThreadLook::asleep)) {
                continue;
            } else if (nobody_ran(first.threads, *threads)) {
                evidence_.while_waiting = WhileWaiting::idle;
            } else if (std::exchange(ran_in_a_window_, true)) {
                evidence_.while_waiting = WhileWaiting::polls;
            } else {
                return;  // once may be the end of something: another window will show
            }
            evidence_.bells = bells_in_words(program_->program());
            narrate("checker", "waits 50 ms of real time and watches: the program " +
                                   std::string(*evidence_.while_waiting == WhileWaiting::idle
                                                   ? "is idle"
                                                   : name(*evidence_.while_waiting)));
            return;
        }
    }

    // ---- interrupting

    // Stops the whole tree in mid-wait and lets it go on: waits that the kernel doesn't restart
    // return EINTR.
    void interrupt() {
        interrupted_at_ = served_->events();
        narrate("checker", "stops the program in mid-wait and lets it go on");
        const auto processes = processes_of_program();
        for (const pid_t process : processes) {
            ::kill(process, SIGSTOP);
        }
        while (!all_stopped() && !program_->ended() && real_time() < budget()) {
            wait_for_news(first_pause);
            pump();
        }
        for (const pid_t process : processes) {
            ::kill(process, SIGCONT);
        }
        ++checker_events_;
    }

    bool all_stopped() {
        const auto threads = tree_->look(ReadOrder::run_count_last);
        return threads && std::ranges::all_of(without_ours(*threads), [](const ThreadLook& one) {
                   return one.state == 'T' || one.state == 't';
               });
    }

    std::vector<ThreadLook> without_ours(std::vector<ThreadLook> threads) const {
        std::erase_if(threads, [this](const ThreadLook& one) {
            return one.process == program_->init() || one.process == tracer_ ||
                   std::ranges::count(plan_.helpers, one.process) > 0;
        });
        return threads;
    }

    std::set<pid_t> processes_of_program() {
        std::set<pid_t> processes;
        if (const auto threads = tree_->look(ReadOrder::run_count_last)) {
            for (const ThreadLook& thread : without_ours(*threads)) {
                processes.insert(thread.process);
            }
        }
        return processes;
    }

    // ---- the end

    std::vector<std::string> waits_in_words(const Look& look) const {
        std::vector<std::string> waits;
        for (const ThreadLook& thread : without_ours(look.threads)) {
            waits.push_back(decode_wait(thread).words);
        }
        return waits;
    }

    void describe_stuck(const Look& look) {
        evidence_.waits = waits_in_words(look);
        evidence_.unread = unread_of(look);
        evidence_.bells = bells_in_words(program_->program());
        evidence_.end_not_answered = look.network.ended;
        evidence_.reply_complete_but_open = served_ && served_->complete_but_open();
        narrate("program", "waits forever: " + joined(evidence_.waits, "; "));
    }

    // Sees to the end what the exit set in motion: output in the pipes, the sockets' last words,
    // children that were about to finish.
    void finish() {
        evidence_.elapsed = duration_cast<milliseconds>(now());
        if (evidence_.end == Evidence::End::exited) {
            evidence_.ended = program_->ended();
            narrate("program", evidence_.ended->signalled
                                   ? "is killed by " + signal_name(evidence_.ended->value)
                                   : "exits with status " + std::to_string(evidence_.ended->value));
            take_in_last_words();
            find_children_left();
            evidence_.open_files = program_->open_files();
        }
        if (!plan_.count_syscalls.empty()) {
            evidence_.syscalls = count_calls(read_file(strace_log()), plan_.count_syscalls);
        }
        if (plan_.tell_calls) {
            evidence_.calls = last_calls(read_file(strace_log()));
        }
        program_->kill_all();
        for (Stream& stream : streams_) {
            while (take_output(stream)) {  // until the end, for nobody is left who could write
            }
            narrate_lines(stream, true);
        }
        evidence_.real = real_time();
    }

    bool bytes_in_flight() {
        return served_ && look_at_network(diag_, served_->connections()).in_flight;
    }

    void take_in_last_words() {
        const auto limit = steady_clock::now() + grace_for_children;
        while ((pump() || bytes_in_flight()) && steady_clock::now() < limit) {
            wait_for_news(first_pause);
        }
    }

    void find_children_left() {
        const auto limit = steady_clock::now() + grace_for_children;
        for (;;) {
            pump();
            const Look now = look();
            const auto left = without_ours(now.threads);
            const bool tracer_left = std::ranges::any_of(
                now.threads, [this](const ThreadLook& one) { return one.process == tracer_; });
            const bool readable = !now.threads.empty();
            if (readable && left.empty() && (tracer_ == 0 || !tracer_left)) {
                return;
            }
            const bool at_rest = now.is == Look::Is::quiet && !left.empty();
            if (at_rest || steady_clock::now() > limit) {
                name_children(left);
                return;
            }
            wait_for_news(longest_pause);
        }
    }

    void name_children(const std::vector<ThreadLook>& threads) {
        std::set<pid_t> named;
        for (const ThreadLook& thread : threads) {
            if (named.insert(thread.process).second) {
                evidence_.children.push_back(
                    "process " + std::to_string(thread.process) + ", " +
                    (thread.asleep() ? decode_wait(thread).words : std::string("running")));
            }
        }
    }

    const RunPlan& plan_;
    Evidence evidence_;
    const steady_clock::time_point started_ = steady_clock::now();
    nanoseconds virtual_now_{};
    Scratch scratch_;
    SockDiag diag_;
    std::unique_ptr<Served> served_;
    RefusedPort refused_port_;
    std::unique_ptr<Contained> program_;
    std::unique_ptr<ProcTree> tree_;
    std::unique_ptr<Quiescence> quiescence_;
    pid_t tracer_ = 0;
    std::array<Stream, 2> streams_{Stream{-1, "stdout", &Evidence::out},
                                   Stream{-1, "stderr", &Evidence::err}};
    steady_clock::time_point last_output_{};
    steady_clock::time_point next_in_storm_{};
    std::uint64_t output_events_ = 0;
    std::uint64_t checker_events_ = 0;
    std::uint64_t interrupted_at_ = ~0ULL;
    std::uint64_t told_waits_at_ = ~0ULL;
    std::optional<bool> machine_is_busy_;
    bool ran_in_a_window_ = false;
    std::size_t replies_noted_ = 0;
    std::ptrdiff_t lines_noted_ = 0;
    std::uint32_t dropped_before_ = 0;
    std::optional<std::uint64_t> cpu_at_event_;
    std::optional<steady_clock::time_point> quiet_since_;
};

// With -D the process that is to become the program waits for its tracer, for 3 s: then strace's
// own SIGALRM kills it, and no line of the program has been executed.
bool never_began(const RunPlan& plan, const Evidence& evidence) {
    return plan.traced() && evidence.ended && evidence.ended->signalled &&
           evidence.ended->value == SIGALRM && evidence.err.starts_with("strace: attach: ");
}

std::string find_strace() {
    // -D as in a run: where ptrace is forbidden strace itself says so and fails.
    const int status = std::system("command -v strace >/dev/null 2>&1");
    if (status != 0) {
        return "strace is not installed";
    }
    return std::system("strace -qq -o /dev/null true >/dev/null 2>&1") == 0
               ? ""
               : "strace may not trace here (ptrace is forbidden)";
}

}  // namespace

Evidence run(const RunPlan& plan) {
    constexpr int attempts = 3;
    for (int i = 0; i < attempts; ++i) {
        if (Evidence evidence = Run(plan).carry_out(); !never_began(plan, evidence)) {
            return evidence;
        }
    }
    throw std::runtime_error(
        "strace did not get to attach to the program within 3 s, three times: this machine is "
        "too busy");
}

const std::string& strace_unavailable() {
    static const std::string why = find_strace();
    return why;
}

}  // namespace checker
