// A line is "1234 [00007f1f6fb97ca3] epoll_wait(3, [], 64, 0) = 0". Where another thread cut in, it
// is two: "1234 […] epoll_wait(3,  <unfinished ...>" and "1234 […] <... epoll_wait resumed>[], 64,
// 0) = 0".
#include "strace_log.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <regex>

#include "text.hpp"

namespace checker {
namespace {

constexpr std::size_t most_lines = 12;
constexpr std::size_t longest_group = 6;
constexpr std::size_t again_and_again = 3;
constexpr std::size_t widest = 120;
constexpr std::string_view unfinished = "<unfinished ...>";
constexpr std::string_view resumed = " resumed>";

struct Line {
    std::string_view id;
    std::uint64_t address;  // after the instruction that made the call; 0 if it isn't told
    std::string_view text;
};

// "[00007f1f6fb97ca3] ", taken off the text. For what is no call strace writes question marks.
std::uint64_t take_address(std::string_view& text) {
    std::uint64_t address = 0;
    if (const auto end = text.find("] "); text.starts_with('[') && end != std::string_view::npos) {
        std::from_chars(text.data() + 1, text.data() + end, address, 16);
        text.remove_prefix(end + 2);
    }
    return address;
}

std::optional<Line> split(std::string_view line) {
    const auto id_ends = line.find(' ');
    const auto begin = line.find_first_not_of(' ', id_ends);
    if (id_ends == std::string_view::npos || begin == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view text = line.substr(begin);
    const std::uint64_t address = take_address(text);
    return Line{line.substr(0, id_ends), address, text};
}

// The lines that the program has caused itself. The dynamic loader's instructions that make system
// calls lie close together, and only it opens this file. A static program has no loader.
std::vector<Line> lines_of_the_program(std::string_view log) {
    constexpr std::uint64_t close = 32 * 1024;
    std::vector<Line> lines;
    std::uint64_t loader = 0;
    for (const auto text : split_lines(log)) {
        if (const auto line = split(text)) {
            lines.push_back(*line);
            if (loader == 0 && line->text.find("\"/etc/ld.so.cache\"") != std::string_view::npos) {
                loader = line->address;
            }
        }
    }
    std::erase_if(lines, [loader](const Line& line) {
        return loader != 0 && line.address > loader - close && line.address < loader + close;
    });
    return lines;
}

std::string_view name_of(std::string_view call) {
    return call.substr(0, std::min(call.find('('), call.size()));
}

bool makes_tasks(std::string_view name) {
    return name == "clone" || name == "clone3" || name == "fork" || name == "vfork";
}

// Addresses differ from run to run and say nothing.
std::string shown(std::string_view call) {
    static const std::regex address("0x[0-9a-f]{6,}");
    return shorten(std::regex_replace(std::string(call), address, "…"), widest);
}

class Tail {
public:
    void take(const Line& line) {
        const std::string id(line.id);
        name_task(id, "");
        if (line.text.starts_with("+++") || line.text.starts_with("---")) {
            return;
        }
        std::string text(line.text);
        if (const auto at = text.find(resumed); text.starts_with("<... ")) {
            text = unreturned_[id] + text.substr(std::min(at + resumed.size(), text.size()));
        }
        if (const auto at = text.find(unfinished); at != std::string::npos) {
            unreturned_[id] = text.substr(0, at - std::min<std::size_t>(at, 1));
            return;
        }
        const auto returns = text.rfind(" = ");
        if (returns == std::string::npos) {
            unreturned_[id] = text;
            return;
        }
        unreturned_.erase(id);
        const std::string_view name = name_of(text);
        if (makes_tasks(name)) {
            const bool thread = text.find("CLONE_THREAD") != std::string::npos;
            name_task(text.substr(returns + 3), thread ? "thread" : "process");
        } else if (!text.starts_with("write(1,") && !text.starts_with("write(2,")) {
            calls_.push_back({id, shown(text)});
        }
    }

    std::vector<std::string> lines() {
        for (const auto& [id, text] : unreturned_) {
            if (!makes_tasks(name_of(text))) {
                calls_.push_back({id, shown(trimmed(text)) + " …"});
            }
        }
        std::vector<std::string> lines;
        for (std::size_t end = calls_.size(); end > 0 && lines.size() < most_lines;) {
            end = tell_before(end, lines);
        }
        std::ranges::reverse(lines);
        return lines;
    }

private:
    struct Call {
        std::string id;
        std::string text;
        bool operator==(const Call&) const = default;
    };

    void name_task(const std::string& id, const std::string& kind) {
        if (kind.empty() && !names_.empty()) {
            names_.try_emplace(id, "process " + id);
        } else if (kind.empty()) {
            names_[id] = "main";
        } else {
            names_[id] = kind + " " + id;
        }
    }

    // How often the `size` calls before `end` stand there one after the other.
    std::size_t times(std::size_t end, std::size_t size) const {
        std::size_t times = 1;
        const auto last = calls_.begin() + static_cast<std::ptrdiff_t>(end - size);
        while ((times + 1) * size <= end &&
               std::equal(last, last + static_cast<std::ptrdiff_t>(size),
                          last - static_cast<std::ptrdiff_t>(times * size))) {
            ++times;
        }
        return times;
    }

    // Adds what stands before `end`, the newest first; returns where that begins.
    std::size_t tell_before(std::size_t end, std::vector<std::string>& lines) const {
        for (std::size_t size = 1; size <= std::min(longest_group, end); ++size) {
            const std::size_t count = times(end, size);
            if (count >= again_and_again) {
                lines.push_back("… " +
                                (size == 1 ? std::string("this call")
                                           : "these " + std::to_string(size) + " calls") +
                                " " + std::to_string(count) + " times");
                for (std::size_t i = 0; i < size; ++i) {
                    lines.push_back(line(calls_[end - 1 - i]));
                }
                return end - count * size;
            }
        }
        lines.push_back(line(calls_[end - 1]));
        return end - 1;
    }

    std::string line(const Call& call) const {
        return (names_.size() > 1 ? names_.at(call.id) + ": " : "") + call.text;
    }

    std::map<std::string, std::string> names_;
    std::map<std::string, std::string> unreturned_;
    std::vector<Call> calls_;
};

}  // namespace

std::map<std::string, std::int64_t> count_calls(std::string_view log,
                                                const std::vector<std::string>& names) {
    std::map<std::string, std::int64_t> counts;
    for (const std::string& name : names) {
        counts[name] = 0;
    }
    for (const Line& line : lines_of_the_program(log)) {
        if (line.text.find('(') == std::string_view::npos) {
            continue;
        }
        if (const auto found = counts.find(std::string(name_of(line.text)));
            found != counts.end()) {
            ++found->second;
        }
    }
    return counts;
}

const std::vector<std::string>& calls_worth_telling() {
    static const std::vector<std::string> names = {"epoll_wait",
                                                   "epoll_pwait",
                                                   "epoll_pwait2",
                                                   "epoll_ctl",
                                                   "poll",
                                                   "ppoll",
                                                   "select",
                                                   "pselect6",
                                                   "nanosleep",
                                                   "clock_nanosleep",
                                                   "timerfd_create",
                                                   "timerfd_settime",
                                                   "timerfd_gettime",
                                                   "eventfd2",
                                                   "io_uring_enter",
                                                   "socket",
                                                   "connect",
                                                   "bind",
                                                   "listen",
                                                   "accept",
                                                   "accept4",
                                                   "getsockopt",
                                                   "shutdown",
                                                   "read",
                                                   "readv",
                                                   "recvfrom",
                                                   "recvmsg",
                                                   "write",
                                                   "writev",
                                                   "sendto",
                                                   "sendmsg",
                                                   "pipe2",
                                                   "signalfd4",
                                                   "wait4",
                                                   "clone",
                                                   "clone3",
                                                   "fork",
                                                   "vfork"};
    return names;
}

std::vector<std::string> last_calls(std::string_view log) {
    Tail tail;
    for (const Line& line : lines_of_the_program(log)) {
        tail.take(line);
    }
    return tail.lines();
}

}  // namespace checker
