// The promises one by one, in the order in which a reader should hear of them: what ended the run
// first, then time and traffic, then words, then what was left behind.
#include "judge.hpp"

#include <algorithm>
#include <stdexcept>

namespace checker {
namespace {

using std::chrono::milliseconds;

std::string ms(milliseconds time) {
    return std::to_string(time.count()) + " ms";
}

std::string number_of(std::int64_t count, const std::string& thing) {
    std::string things = thing + (thing.ends_with('s') ? "es" : "s");
    if (thing.ends_with('y')) {
        things = thing.substr(0, thing.size() - 1) + "ies";
    }
    const bool unit = thing == "KiB";
    return std::to_string(count) + " " + (count == 1 || unit ? thing : things);
}

std::string count_words(const Count& count, const std::string& thing) {
    switch (count.is) {
        case Count::Is::at_most:
            return "at most " + number_of(count.number, thing);
        case Count::Is::at_least:
            return "at least " + number_of(count.number, thing);
        case Count::Is::exactly:
            break;
    }
    return number_of(count.number, thing);
}

class Judge {
public:
    Judge(const Promise& promise, const Evidence& evidence, const Unjudged& unjudged)
        : promise_(promise), must_(promise.must), evidence_(evidence), unjudged_(unjudged) {}

    std::vector<Finding> findings() {
        switch (evidence_.end) {
            case Evidence::End::stuck:
                judge_stuck();
                break;
            case Evidence::End::time_limit:
                judge_time_limit();
                break;
            case Evidence::End::exited:
                judge_end();
                break;
        }
        // What a program that was cut short did not do is no news.
        if (findings_.empty() || findings_.front().expectation == "exit") {
            judge_time_and_traffic();
            judge_output();
            judge_untold();
            judge_what_is_left();
        }
        return std::move(findings_);
    }

private:
    Finding& add(std::string expectation, std::string expected, std::string got,
                 std::string cause = {}) {
        std::string in_short = "expected " + expected + "; got " + got;
        return findings_.emplace_back(Finding{std::move(expectation),
                                              std::move(cause),
                                              std::move(expected),
                                              std::move(got),
                                              {},
                                              std::move(in_short)});
    }

    void add_bells(Finding& finding) const {
        finding.details.insert(finding.details.end(), evidence_.bells.begin(),
                               evidence_.bells.end());
    }

    void add_stderr(Finding& finding) const {
        constexpr std::size_t most_lines = 5;
        for (const auto line : split_lines(evidence_.err)) {
            if (finding.details.size() == most_lines) {
                finding.details.emplace_back("… more on stderr");
                return;
            }
            finding.details.push_back("on stderr: " + visible(shorten(line, 200)));
        }
    }

    // ---- how it ended

    void judge_stuck() {
        const char* cause = !evidence_.unread.empty()           ? "unread"
                            : evidence_.requests == 0           ? "silent"
                            : evidence_.end_not_answered        ? "ended"
                            : evidence_.reply_complete_but_open ? "open"
                                                                : "";
        std::string got = "stuck: every thread sleeps, and nothing is left that could wake one";
        if (evidence_.requests == 0 && evidence_.values.at("port") != "0") {
            got += "; the server never got a request";
        } else if (evidence_.unread.empty() && evidence_.end_not_answered) {
            got += "; a connection has come to its end, and the program has not closed it";
        } else if (evidence_.unread.empty() && evidence_.reply_complete_but_open) {
            got += "; a reply is there in full, and the server waits for the program to close";
        }
        Finding& finding = add("stuck", "the program goes on and ends", got, cause);
        finding.details = unread_in_words();
        for (const std::string& wait : evidence_.waits) {
            finding.details.push_back("a thread waits in " + wait);
        }
        add_bells(finding);
        add_stderr(finding);
    }

    void judge_time_limit() {
        const auto seconds = [](std::chrono::nanoseconds time, const std::string& of) {
            return ms(std::chrono::duration_cast<milliseconds>(time)) + " of " + of + " time";
        };
        Finding& finding =
            add("time_limit", "an end within " + seconds(evidence_.budget, "real"),
                "still " + std::string(evidence_.perhaps.empty() ? "running" : "waiting") +
                    " after " + seconds(evidence_.real, "real"));
        finding.cause = evidence_.cpu > evidence_.real / 2 ? "busy" : "";
        finding.details.push_back("it used " + seconds(evidence_.cpu, "CPU") + " and sent " +
                                  number_of(evidence_.requests, "request"));
        if (!evidence_.perhaps.empty()) {
            finding.details.push_back("it may be waiting for a timer of its own: " +
                                      evidence_.perhaps);
        }
    }

    void judge_end() {
        const Exit wanted = must_.exit.value_or(Exit{});
        const Ended& ended = *evidence_.ended;
        const std::string expected = wanted.signal.empty()
                                         ? "exit status " + std::to_string(wanted.status)
                                         : "death by " + wanted.signal;
        if (ended.signalled) {
            if (signal_name(ended.value) != wanted.signal) {
                add_stderr(add("signal", expected, "killed by " + signal_name(ended.value)));
            }
        } else if (!wanted.signal.empty() || ended.value != wanted.status) {
            add_stderr(add("exit", expected, "exit status " + std::to_string(ended.value),
                           ended.value == 0 ? "success" : std::to_string(ended.value)));
        }
    }

    // ---- time and traffic

    bool one_by_one() const {
        return evidence_.mode == Mode::serial || evidence_.mode == Mode::interrupt;
    }

    void judge_time_and_traffic() {
        if (evidence_.mode == Mode::serial && must_.elapsed) {
            judge_elapsed(*must_.elapsed);
        }
        judge_requests();
        if (one_by_one()) {
            judge_count("in_flight", must_.in_flight, evidence_.in_flight, "request",
                        " in flight at one time", evidence_.in_flight == 1 ? "one_at_a_time" : "");
        }
        // A program that leaves before its replies are there has printed nothing wrong, only too
        // little: %as_replied asks for replies that were sent, so this must be asked for here.
        judge_count("abandoned", must_.abandoned.value_or(Count{}),
                    evidence_.requests - static_cast<std::int64_t>(evidence_.replies.size()),
                    "request", " given up before the reply was complete");
        judge_count("resets", must_.resets, evidence_.resets, "connection",
                    " reset by the program");
        judge_unread();
        if (evidence_.mode == Mode::serial && must_.while_waiting && !unjudged_.threads) {
            judge_waiting(*must_.while_waiting);
        }
        if (!unjudged_.threads) {
            judge_threads();
        }
    }

    // In a storm nobody looks regularly: not all of the threads may have been seen.
    void judge_threads() {
        std::optional<Count> wanted = must_.threads;
        if (wanted && evidence_.mode == Mode::storm) {
            if (wanted->is == Count::Is::at_least) {
                return;
            }
            wanted->is = Count::Is::at_most;
        }
        judge_count("threads", wanted, evidence_.threads, "thread", " at one time");
    }

    void judge_elapsed(const Elapsed& elapsed) {
        if (elapsed.is == Elapsed::Is::at_least) {
            if (evidence_.elapsed < elapsed.number) {
                add("elapsed", "at least " + ms(elapsed.number) + " of real time",
                    ms(evidence_.elapsed), "too_short");
            }
            return;
        }
        milliseconds wanted = elapsed.number;
        std::string words;
        if (elapsed.is == Elapsed::Is::longest) {
            wanted = evidence_.longest_delay;
            words = ", the longest of the delays asked for";
        } else if (elapsed.is == Elapsed::Is::sum) {
            wanted = evidence_.sum_of_delays;
            words = ", the sum of the delays asked for";
        }
        if (elapsed.is != Elapsed::Is::exactly && evidence_.requests == 0) {
            add("elapsed", "the time of the replies' delays", "no request at the server",
                "no_requests");
        } else if (evidence_.elapsed != wanted) {
            const bool in_turn = evidence_.in_flight == 1 && evidence_.requests > 1;
            add("elapsed", ms(wanted) + " of virtual time" + words,
                ms(evidence_.elapsed) +
                    (in_turn ? ": never more than 1 request was in flight" : ""),
                in_turn ? "one_at_a_time" : "");
        }
    }

    void judge_count(const std::string& expectation, const std::optional<Count>& wanted,
                     std::int64_t got, const std::string& thing, const std::string& rest,
                     const std::string& cause = {}) {
        if (wanted && !wanted->holds(got)) {
            add(expectation, count_words(*wanted, thing) + rest, number_of(got, thing) + rest,
                cause);
        }
    }

    void judge_requests() {
        const bool fewer = must_.requests && evidence_.requests < must_.requests->number;
        judge_count("requests", must_.requests, evidence_.requests, "request", " at the server",
                    fewer ? "fewer" : "more");
        if (!must_.requests || evidence_.surplus.empty()) {
            return;
        }
        Finding& finding =
            add("requests", "nothing after a connection's last request",
                "more bytes after it on " +
                    number_of(static_cast<std::int64_t>(evidence_.surplus.size()), "connection"),
                "surplus");
        for (const auto& [request, bytes] : evidence_.surplus) {
            finding.details.push_back(number_of(static_cast<std::int64_t>(bytes), "byte") +
                                      " after request " + std::to_string(request) +
                                      ", which had said \"Connection: close\"");
        }
    }

    void judge_unread() {
        if (must_.unread) {
            const auto before = findings_.size();
            judge_count("unread", must_.unread, static_cast<std::int64_t>(evidence_.unread.size()),
                        "connection", " with bytes unread while the program waits");
            if (findings_.size() > before) {
                findings_.back().details = unread_in_words();
            }
        }
    }

    std::vector<std::string> unread_in_words() const {
        std::vector<std::string> words;
        for (const Unread& unread : evidence_.unread) {
            const std::string bytes = unread.bytes > 0 ? number_of(unread.bytes, "byte") : "";
            const std::string end = unread.end ? "its end" : "";
            words.push_back(bytes + (!bytes.empty() && unread.end ? " and " : "") + end +
                            " unread on the connection of request " +
                            std::to_string(unread.request));
        }
        return words;
    }

    void judge_waiting(WhileWaiting wanted) {
        static const std::map<WhileWaiting, std::string> words = {
            {WhileWaiting::idle, "idle: no thread runs until something happens"},
            {WhileWaiting::polls, "polls: a thread wakes now and then, by a timer or a timeout"},
            {WhileWaiting::spins, "spins: a thread burns CPU without a pause"}};
        if (!evidence_.while_waiting) {
            add("while_waiting", words.at(wanted), "it never waited for a reply");
        } else if (*evidence_.while_waiting != wanted) {
            add_bells(add("while_waiting", words.at(wanted), words.at(*evidence_.while_waiting),
                          std::string(name(*evidence_.while_waiting))));
        }
    }

    // ---- words

    void judge_output() {
        if (evidence_.output_cut) {
            add("output", "an output that ends", "more output than is kept (64 MiB)");
            return;
        }
        const Facts facts{.values = evidence_.values,
                          .replies = evidence_.replies,
                          .replies_in_order = one_by_one()};
        if (const auto mismatch = match(promise_.out, evidence_.out, facts)) {
            add_mismatch("output", *mismatch, promise_.out);
        }
        if (promise_.err) {
            if (const auto mismatch = match(*promise_.err, evidence_.err, facts)) {
                add_mismatch("errors", *mismatch, *promise_.err);
            }
        } else if (!evidence_.err.empty()) {
            add("errors", "nothing on stderr",
                "\"" + visible(shorten(split_lines(evidence_.err).front(), 200)) + "\"");
        }
    }

    void add_mismatch(const std::string& expectation, const Mismatch& mismatch,
                      const Expected& expected) {
        constexpr std::size_t widest = 160;
        const std::string line = "line " + std::to_string(mismatch.output_line);
        Finding& finding =
            add(expectation,
                line + " as " + expected.file.filename().string() + ":" +
                    std::to_string(mismatch.expected_line) + " says",
                "another " + line + (mismatch.why.empty() ? "" : ": " + mismatch.why),
                mismatch.never       ? "never"
                : mismatch.misplaced ? "order"
                : mismatch.unrelated ? "where"
                                     : "");
        for (const std::string& wanted : mismatch.wanted) {
            finding.details.push_back("- " + visible(shorten(wanted, widest)));
        }
        finding.details.push_back("+ " + visible(shorten(mismatch.got, widest)));
        constexpr std::size_t narrow = 48;
        finding.in_short = line + " should be " +
                           visible(shorten(mismatch.wanted.front(), narrow)) + " and is " +
                           visible(shorten(mismatch.got, narrow));
        if (mismatch.column > 0 && mismatch.column < widest / 2) {
            finding.details.push_back("  " + std::string(mismatch.column, ' ') +
                                      "^ the first difference");
        }
        if (mismatch.never) {
            finding.details.push_back("this line must never come: " + *mismatch.never);
        }
    }

    void judge_untold() {
        if (evidence_.mode == Mode::serial) {
            judge_count("untold", must_.untold, evidence_.untold, "reply",
                        " of which nothing was printed before the next one came");
        }
    }

    // ---- what is left

    void judge_what_is_left() {
        if (evidence_.syscalls) {
            for (const auto& [call, wanted] : must_.syscalls) {
                if (const auto found = evidence_.syscalls->find(call);
                    found != evidence_.syscalls->end()) {
                    judge_count("syscalls", wanted, found->second, "call", " of " + call);
                }
            }
        }
        if (evidence_.ended && !unjudged_.memory) {
            judge_count("memory", must_.memory_kib, evidence_.ended->memory_kib, "KiB", " at peak");
        }
        if (must_.open_fds && evidence_.open_files) {
            judge_open_files(*must_.open_fds);
        }
        if (must_.children &&
            !must_.children->holds(static_cast<std::int64_t>(evidence_.children.size()))) {
            Finding& finding =
                add("children", count_words(*must_.children, "process") + " left behind",
                    number_of(static_cast<std::int64_t>(evidence_.children.size()), "process") +
                        " left behind");
            finding.details = evidence_.children;
        }
    }

    void judge_open_files(const Count& wanted) {
        const auto open = static_cast<std::int64_t>(evidence_.open_files->size());
        if (wanted.holds(open)) {
            return;
        }
        Finding& finding =
            add("open_fds",
                count_words(wanted, "descriptor") + " still open at exit, besides 0, 1 and 2",
                number_of(open, "descriptor") + " open");
        for (const auto& [fd, target] : *evidence_.open_files) {
            finding.details.push_back("fd " + std::to_string(fd) +
                                      " is still open: " + visible(target));
        }
    }

    const Promise& promise_;
    const Must& must_;
    const Evidence& evidence_;
    const Unjudged& unjudged_;
    std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> judge(const Promise& promise, const Evidence& evidence,
                           const Unjudged& unjudged) {
    return Judge(promise, evidence, unjudged).findings();
}

}  // namespace checker
