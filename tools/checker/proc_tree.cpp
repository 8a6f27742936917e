// Reading and decoding of /proc/PID/task/*/{schedstat,syscall,stat,children}; proc(5).
#include "proc_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>
#include <set>
#include <string_view>

namespace checker {
namespace {

std::string proc_path(pid_t process, pid_t thread, const char* file) {
    return "/proc/" + std::to_string(process) + "/task/" + std::to_string(thread) + "/" + file;
}

// No threads: the process is gone. No value: it can't be told, since we have no descriptor left.
std::optional<std::vector<pid_t>> threads_of(pid_t process) {
    std::vector<pid_t> threads;
    const std::string folder = "/proc/" + std::to_string(process) + "/task";
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
    if (!directory) {
        return errno == ENOENT || errno == ESRCH ? std::optional(threads) : std::nullopt;
    }
    while (const dirent* entry = ::readdir(directory.get())) {
        if (entry->d_name[0] != '.') {
            threads.push_back(std::atoi(entry->d_name));
        }
    }
    return threads;
}

// A file of /proc that stays open between looks. An id that was reused answers ESRCH on the old
// descriptor, so a failed read reopens once.
template <std::size_t Size>
std::string_view read_kept_open(Fd& fd, pid_t process, pid_t thread, const char* name,
                                std::array<char, Size>& buffer) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (!fd) {
            fd = Fd(::open(proc_path(process, thread, name).c_str(), O_RDONLY | O_CLOEXEC));
        }
        if (!fd) {
            return {};
        }
        const ssize_t size = ::pread(fd.get(), buffer.data(), buffer.size() - 1, 0);
        if (size >= 0) {
            buffer[static_cast<std::size_t>(size)] = '\0';
            return {buffer.data(), static_cast<std::size_t>(size)};
        }
        fd.reset();
    }
    return {};
}

template <typename Value>
std::optional<Value> read_memory(pid_t process, std::uint64_t address) {
    Value value{};
    iovec local{&value, sizeof value};
    iovec remote{reinterpret_cast<void*>(address), sizeof value};
    if (address == 0 || ::process_vm_readv(process, &local, 1, &remote, 1, 0) != sizeof value) {
        return std::nullopt;
    }
    return value;
}

double milliseconds(const timespec& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

std::string duration_words(double ms) {
    char text[48];
    std::snprintf(text, sizeof text, ms == std::floor(ms) ? "%.0f ms" : "%.3f ms", ms);
    return text;
}

// A timer whose length can't be read is taken for a short one: better to wait for it than to call
// the program stuck.
constexpr double unknown_timer_ms = 50;

class WaitDecoder {
public:
    explicit WaitDecoder(const ThreadLook& thread) : thread_(thread) {}

    Wait decode() {
        if (!decode_sleep() && !decode_descriptors() && !decode_synchronisation()) {
            decode_other();
        }
        return std::move(wait_);
    }

private:
    std::uint64_t argument(std::size_t index) const { return thread_.arguments[index]; }
    bool is(long number) const { return thread_.syscall == number; }

    std::string timed(std::optional<double> ms) {
        wait_.milliseconds = ms;
        return ms ? duration_words(*ms) : "forever";
    }

    std::optional<double> timespec_at(std::size_t index,
                                      std::optional<clockid_t> absolute = std::nullopt) const {
        if (argument(index) == 0) {
            return std::nullopt;
        }
        const auto time = read_memory<timespec>(thread_.process, argument(index));
        if (!time) {
            return unknown_timer_ms;
        }
        double left = milliseconds(*time);
        if (absolute) {
            timespec now{};
            ::clock_gettime(*absolute, &now);
            left = std::max(0.0, left - milliseconds(now));
        }
        return left;
    }

    std::optional<double> int_ms_at(std::size_t index) const {
        const int ms = static_cast<int>(argument(index));
        return ms < 0 ? std::nullopt : std::optional<double>(ms);
    }

    std::string fd_at(std::size_t index) const {
        return "fd " + std::to_string(static_cast<int>(argument(index)));
    }

    bool decode_sleep() {
        wait_.pure_sleep = true;
        if (is(SYS_nanosleep)) {
            wait_.words = "nanosleep(" + timed(timespec_at(0)) + ")";
        } else if (is(SYS_clock_nanosleep)) {
            const bool absolute = (argument(1) & TIMER_ABSTIME) != 0;
            const auto clock = static_cast<clockid_t>(argument(0));
            wait_.words = "clock_nanosleep(" +
                          timed(timespec_at(2, absolute ? std::optional(clock) : std::nullopt)) +
                          ")";
        } else if (is(SYS_restart_syscall)) {
            timed(unknown_timer_ms);
            wait_.words = "a wait that goes on after a stop";
        } else {
            wait_.pure_sleep = false;
            return false;
        }
        return true;
    }

    bool decode_poll(bool milliseconds_argument) {
        wait_.pure_sleep = argument(1) == 0;
        wait_.words = "poll(" + std::to_string(argument(1)) +
                      (argument(1) == 1 ? " descriptor, " : " descriptors, ") +
                      timed(milliseconds_argument ? int_ms_at(2) : timespec_at(2)) + ")";
        return true;
    }

    bool decode_select(bool timeval_argument) {
        wait_.pure_sleep = argument(0) == 0;
        std::optional<double> timeout = timespec_at(4);
        if (const auto time = read_memory<timeval>(thread_.process, argument(4));
            timeval_argument && time) {
            timeout =
                static_cast<double>(time->tv_sec) * 1e3 + static_cast<double>(time->tv_usec) / 1e3;
        }
        wait_.words = "select(" + timed(timeout) + ")";
        return true;
    }

    bool decode_epoll(std::optional<double> timeout) {
        wait_.words = "epoll_wait(" + fd_at(0) + ", " + timed(timeout) + ")";
        return true;
    }

    bool decode_descriptors() {
#ifdef SYS_poll
        if (is(SYS_poll)) {
            return decode_poll(true);
        }
#endif
#ifdef SYS_select
        if (is(SYS_select)) {
            return decode_select(true);
        }
#endif
#ifdef SYS_epoll_wait
        if (is(SYS_epoll_wait)) {
            return decode_epoll(int_ms_at(3));
        }
#endif
        if (is(SYS_ppoll)) {
            return decode_poll(false);
        }
        if (is(SYS_pselect6)) {
            return decode_select(false);
        }
        if (is(SYS_epoll_pwait)) {
            return decode_epoll(int_ms_at(3));
        }
        if (is(SYS_epoll_pwait2)) {
            return decode_epoll(timespec_at(3));
        }
        if (is(SYS_io_uring_enter)) {
            wait_.words = "io_uring_enter(" + fd_at(0) + ", " + timed(io_uring_timeout()) + ")";
            return true;
        }
        return false;
    }

    std::optional<double> io_uring_timeout() const {
        constexpr std::uint64_t enter_ext_arg = 8;
        if ((argument(3) & enter_ext_arg) == 0 || argument(4) == 0) {
            return std::nullopt;
        }
        const auto extended =
            read_memory<std::array<std::uint64_t, 3>>(thread_.process, argument(4));
        if (!extended) {
            return unknown_timer_ms;
        }
        if ((*extended)[2] == 0) {
            return std::nullopt;
        }
        const auto time = read_memory<timespec>(thread_.process, (*extended)[2]);
        return time ? milliseconds(*time) : unknown_timer_ms;
    }

    std::optional<double> futex_timeout(std::uint64_t operation) const {
        const auto command = operation & static_cast<std::uint64_t>(FUTEX_CMD_MASK);
        const bool absolute = command == FUTEX_WAIT_BITSET || command == FUTEX_WAIT_REQUEUE_PI ||
                              command == FUTEX_LOCK_PI2;
        const bool realtime = (operation & FUTEX_CLOCK_REALTIME) != 0 || command == FUTEX_LOCK_PI;
        if (absolute || command == FUTEX_LOCK_PI) {
            return timespec_at(3, realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC);
        }
        return command == FUTEX_WAIT ? timespec_at(3) : std::nullopt;
    }

    bool decode_synchronisation() {
        if (is(SYS_futex)) {
            wait_.words = "futex(" + timed(futex_timeout(argument(1))) + ")";
            wait_.pure_sleep = wait_.milliseconds.has_value();
#ifdef SYS_futex_waitv
        } else if (is(SYS_futex_waitv)) {
            wait_.words =
                "futex(" + timed(timespec_at(3, static_cast<clockid_t>(argument(4)))) + ")";
            wait_.pure_sleep = wait_.milliseconds.has_value();
#endif
        } else if (is(SYS_rt_sigtimedwait)) {
            wait_.words = "sigtimedwait(" + timed(timespec_at(2)) + ")";
        } else if (is(SYS_mq_timedreceive) || is(SYS_mq_timedsend)) {
            wait_.words = "message queue(" + timed(timespec_at(4, CLOCK_REALTIME)) + ")";
        } else if (is(SYS_semtimedop)) {
            wait_.words = "semop(" + timed(timespec_at(3)) + ")";
        } else if (is(SYS_io_getevents)) {
            wait_.words = "io_getevents(" + timed(timespec_at(4)) + ")";
#ifdef SYS_pause
        } else if (is(SYS_pause)) {
            wait_.words = "pause()";
#endif
        } else if (is(SYS_rt_sigsuspend)) {
            wait_.words = "sigsuspend()";
        } else if (is(SYS_wait4) || is(SYS_waitid)) {
            wait_.words = "wait for a child";
        } else {
            return false;
        }
        return true;
    }

    void decode_other() {
        if (thread_.state == 'T') {
            wait_.words = "stopped by a signal";
            return;
        }
        static const std::unordered_map<long, const char*> on_fd = {
            {SYS_read, "read"},       {SYS_write, "write"},     {SYS_readv, "readv"},
            {SYS_writev, "writev"},   {SYS_recvfrom, "recv"},   {SYS_sendto, "send"},
            {SYS_recvmsg, "recvmsg"}, {SYS_sendmsg, "sendmsg"}, {SYS_accept, "accept"},
            {SYS_accept4, "accept"},  {SYS_connect, "connect"}};
        if (const auto found = on_fd.find(thread_.syscall); found != on_fd.end()) {
            wait_.words = std::string(found->second) + "(" + fd_at(0) + ")";
        } else {
            wait_.words = "system call " + std::to_string(thread_.syscall);
        }
    }

    const ThreadLook& thread_;
    Wait wait_;
};

std::uint64_t signal_mask(const std::string& status, std::string_view key) {
    const auto at = status.find(key);
    return at == std::string::npos ? 0
                                   : std::strtoull(status.c_str() + at + key.size(), nullptr, 16);
}

// What there is to read; nothing, or the first part, of a process that goes meanwhile. No stream:
// where read(2) says ESRCH, libstdc++'s throw.
std::string slurp(const std::string& path) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 4096> buffer;
    ssize_t size = 0;
    while (file && (size = ::read(file.get(), buffer.data(), buffer.size())) > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
}

/// One of a process's descriptors: its number, where its link in /proc points, and its fdinfo.
struct DescriptorLook {
    std::string number;
    std::string target;
    std::string info;
};

std::vector<DescriptorLook> descriptors_of(pid_t process, std::string_view kind) {
    std::vector<DescriptorLook> found;
    const std::string base = "/proc/" + std::to_string(process);
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir((base + "/fd").c_str()),
                                                        ::closedir);
    while (const dirent* entry = directory ? ::readdir(directory.get()) : nullptr) {
        std::array<char, 128> target{};
        const ssize_t size =
            ::readlinkat(::dirfd(directory.get()), entry->d_name, target.data(), target.size() - 1);
        const std::string_view what(target.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        if (what.starts_with(kind)) {
            found.push_back(
                {entry->d_name, std::string(what), slurp(base + "/fdinfo/" + entry->d_name)});
        }
    }
    return found;
}

constexpr std::string_view timerfd_kind = "anon_inode:[timerfd]";
constexpr std::string_view eventfd_kind = "anon_inode:[eventfd]";
constexpr std::string_view epoll_kind = "anon_inode:[eventpoll]";

/// A time of a timerfd's fdinfo in ms; nothing if it is 0.
std::optional<double> timer_time(const std::string& info, const std::string& key) {
    long long seconds = 0;
    long long nanoseconds = 0;
    const auto at = info.find(key + ": (");
    if (at == std::string::npos ||
        std::sscanf(info.c_str() + at + key.size(), ": (%lld, %lld)", &seconds, &nanoseconds) !=
            2 ||
        (seconds == 0 && nanoseconds == 0)) {
        return std::nullopt;
    }
    return static_cast<double>(seconds * 1000 + nanoseconds / 1'000'000);
}

/// What is left until a timerfd goes off; nothing if it is off.
std::optional<double> timer_left(const std::string& info) {
    return timer_time(info, "it_value");
}

void add_descriptor_timers(pid_t process, OwnTimers& timers) {
    for (const DescriptorLook& timer : descriptors_of(process, timerfd_kind)) {
        if (const auto left = timer_left(timer.info)) {
            timers.certain.push_back("timerfd " + timer.number + " in " + duration_words(*left));
        }
    }
    if (!descriptors_of(process, "anon_inode:[io_uring]").empty()) {
        timers.perhaps.emplace_back("an io_uring, which may hold a time-out");
    }
}

/// The number behind `key` in an fdinfo.
std::uint64_t number_in(const std::string& info, const char* key, int base) {
    const char* at = std::strstr(info.c_str(), key);
    return at == nullptr ? 0 : std::strtoull(at + std::strlen(key), nullptr, base);
}

std::string who_watches(const std::string& number, const std::vector<DescriptorLook>& epolls) {
    for (const DescriptorLook& epoll : epolls) {
        for (std::size_t at = epoll.info.find("tfd:"); at != std::string::npos;
             at = epoll.info.find("tfd:", at + 1)) {
            if (std::strtoull(epoll.info.c_str() + at + 4, nullptr, 10) == std::stoull(number)) {
                return "epoll fd " + epoll.number + " watches it";
            }
        }
    }
    return "no epoll watches it";
}

// SO_RCVTIMEO and SO_SNDTIMEO are seen only through a copy of the descriptor: pidfd_getfd(2).
void add_socket_timeout(const ThreadLook& thread, OwnTimers& timers) {
    static const std::set<long> socket_calls = {SYS_read,     SYS_write,   SYS_readv,   SYS_writev,
                                                SYS_recvfrom, SYS_sendto,  SYS_recvmsg, SYS_sendmsg,
                                                SYS_accept,   SYS_accept4, SYS_connect};
    if (!socket_calls.contains(thread.syscall)) {
        return;
    }
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, thread.process, 0)));
    const Fd copy(process ? static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(),
                                                       static_cast<int>(thread.arguments[0]), 0))
                          : -1);
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
        timeval time{};
        socklen_t size = sizeof time;
        if (copy && ::getsockopt(copy.get(), SOL_SOCKET, option, &time, &size) == 0 &&
            (time.tv_sec != 0 || time.tv_usec != 0)) {
            timers.certain.emplace_back("a socket time-out");
        }
    }
}

}  // namespace

Wait decode_wait(const ThreadLook& thread) {
    return WaitDecoder(thread).decode();
}

ProcTree::ProcTree(pid_t root, std::vector<pid_t> helpers)
    : root_(root), helpers_(std::move(helpers)) {}

void ProcTree::read_wait(std::string_view text, LastWait& last, ThreadLook& into) {
    auto& a = into.arguments;
    std::uint64_t stack_pointer = 0;
    if (std::sscanf(text.data(),
                    "%ld %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
                    " %" SCNx64,
                    &into.syscall, &a[0], &a[1], &a[2], &a[3], &a[4], &a[5], &stack_pointer) < 1) {
        into.syscall = -1;
    } else if (into.syscall != SYS_restart_syscall) {
        last = {into.syscall, a, stack_pointer};
    } else if (last.stack_pointer == stack_pointer) {
        into.syscall = last.syscall;
        a = last.arguments;
    }
}

bool ProcTree::read_thread(pid_t process, pid_t thread, ReadOrder order, ThreadLook& into) {
    into.process = process;
    into.thread = thread;
    Files& files = files_[thread];
    std::array<char, 1024> buffer{};
    const auto read_run_count = [&] {
        const auto text = read_kept_open(files.schedstat, process, thread, "schedstat", buffer);
        return !text.empty() && std::sscanf(text.data(), "%" SCNu64 " %*u %" SCNu64, &into.cpu_ns,
                                            &into.run_count) == 2;
    };
    const auto read_syscall = [&] {
        const auto text = read_kept_open(files.syscall, process, thread, "syscall", buffer);
        if (text.empty() || text.starts_with("running")) {
            return;
        }
        into.off_cpu = true;
        read_wait(text, files.last_wait, into);
    };
    const auto read_state = [&] {
        const auto text = read_kept_open(files.stat, process, thread, "stat", buffer);
        const auto end_of_name = text.rfind(')');
        if (end_of_name != std::string_view::npos && end_of_name + 2 < text.size()) {
            into.state = text[end_of_name + 2];
        }
    };
    bool counted = false;
    if (order == ReadOrder::run_count_first) {
        counted = read_run_count();
        read_syscall();
        read_state();
    } else {
        read_syscall();
        read_state();
        counted = read_run_count();
    }
    return into.zombie() || (counted && into.state != '?');
}

void ProcTree::append_children(pid_t process, pid_t thread, std::vector<pid_t>& into) {
    std::array<char, 65536> buffer{};
    const auto text = read_kept_open(files_[thread].children, process, thread, "children", buffer);
    const char* at = text.data();
    for (char* end = nullptr; at != nullptr; at = end) {
        const long child = std::strtol(at, &end, 10);
        if (end == at) {
            break;
        }
        into.push_back(static_cast<pid_t>(child));
    }
}

std::optional<std::vector<ThreadLook>> ProcTree::look(ReadOrder order) {
    std::vector<ThreadLook> threads;
    std::vector<pid_t> processes{root_};
    bool whole = true;
    for (std::size_t i = 0; i < processes.size() + helpers_.size(); ++i) {
        const bool helper = i >= processes.size();
        const pid_t process = helper ? helpers_[i - processes.size()] : processes[i];
        const auto ids = threads_of(process);
        if (!ids) {
            return std::nullopt;
        }
        for (const pid_t thread : *ids) {
            if (!helper) {
                append_children(process, thread, processes);
            }
            ThreadLook& one = threads.emplace_back();
            whole = read_thread(process, thread, order, one) && whole;
            if (one.zombie()) {
                threads.pop_back();
            }
        }
    }
    std::ranges::sort(threads, {}, &ThreadLook::thread);
    if (files_.size() > 2 * threads.size() + 64) {
        files_.clear();
    }
    return whole ? std::optional(std::move(threads)) : std::nullopt;
}

bool nobody_ran(const std::vector<ThreadLook>& first, const std::vector<ThreadLook>& second) {
    return std::ranges::equal(first, second, [](const ThreadLook& a, const ThreadLook& b) {
        return a.thread == b.thread && a.run_count == b.run_count;
    });
}

std::vector<std::string> bells_in_words(pid_t process) {
    const auto epolls = descriptors_of(process, epoll_kind);
    std::vector<std::string> words;
    for (const DescriptorLook& event : descriptors_of(process, eventfd_kind)) {
        constexpr int hexadecimal = 16;
        words.push_back("fd " + event.number + " is an eventfd that holds " +
                        std::to_string(number_in(event.info, "eventfd-count:", hexadecimal)) +
                        "; " + who_watches(event.number, epolls));
    }
    for (const DescriptorLook& timer : descriptors_of(process, timerfd_kind)) {
        const auto ticks = number_in(timer.info, "ticks:", 10);
        const std::string state = ticks > 0                ? "that has gone off and was not read"
                                  : timer_left(timer.info) ? "that is running"
                                                           : "that is not running";
        const auto interval = timer_time(timer.info, "it_interval");
        words.push_back("fd " + timer.number + " is a timerfd " + state + ", " +
                        (interval ? "with an interval of " + duration_words(*interval)
                                  : "without an interval") +
                        "; " + who_watches(timer.number, epolls));
    }
    return words;
}

OwnTimers own_timers(const std::vector<ThreadLook>& threads) {
    constexpr std::uint64_t alarm_bit = 1ULL << (SIGALRM - 1);
    OwnTimers timers;
    std::set<pid_t> processes;
    std::set<pid_t> waiting_for_alarm;
    for (const ThreadLook& thread : threads) {
        if (const Wait wait = decode_wait(thread); wait.milliseconds) {
            timers.certain.push_back(wait.words);
        }
        add_socket_timeout(thread, timers);
        // Signals that sigwait(3) waits for are not among the blocked ones meanwhile.
        if (thread.syscall == SYS_rt_sigtimedwait &&
            (read_memory<std::uint64_t>(thread.process, thread.arguments[0]).value_or(0) &
             alarm_bit) != 0) {
            waiting_for_alarm.insert(thread.process);
        }
        processes.insert(thread.process);
    }
    for (const pid_t process : processes) {
        const std::string base = "/proc/" + std::to_string(process);
        if (!slurp(base + "/timers").empty()) {
            timers.certain.emplace_back("a POSIX timer");
        }
        const std::string status = slurp(base + "/status");
        if (waiting_for_alarm.contains(process) ||
            ((signal_mask(status, "SigCgt:") | signal_mask(status, "SigBlk:")) & alarm_bit) != 0) {
            timers.perhaps.emplace_back("SIGALRM is caught or blocked: perhaps an interval timer");
        }
        add_descriptor_timers(process, timers);
    }
    return timers;
}

std::vector<pid_t> processes_named(const std::vector<std::string>& names) {
    std::vector<pid_t> found;
    if (names.empty()) {
        return found;
    }
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::string name = slurp((entry.path() / "comm").string());
        if (name.ends_with('\n')) {
            name.pop_back();
        }
        if (std::ranges::count(names, name) > 0) {
            found.push_back(std::atoi(entry.path().filename().c_str()));
        }
    }
    return found;
}

pid_t tracer_of(pid_t process) {
    const std::string status = slurp("/proc/" + std::to_string(process) + "/status");
    const auto at = status.find("TracerPid:");
    return at == std::string::npos ? 0 : std::atoi(status.c_str() + at + 10);
}

}  // namespace checker
