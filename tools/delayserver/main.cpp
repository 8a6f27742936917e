// The delay server's program: real time, a log, signals. The serving itself is the library's.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "delayserver/descriptor.hpp"
#include "delayserver/server.hpp"

namespace delayserver {
namespace {

struct Arguments {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string log;
    std::optional<std::uint64_t> nonce_seed;
};

// steady_clock is CLOCK_MONOTONIC, which the timer uses too.
std::chrono::nanoseconds now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

void write_all(int fd, std::string_view text, const std::string& what) {
    while (!text.empty()) {
        const auto count = ::write(fd, text.data(), text.size());
        if (count == -1 && errno != EINTR) {
            throw_errno("write " + what);
        }
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
}

// One message, one log line, whatever the message holds: anything but visible ASCII and the space
// is written as \xNN, and so is the backslash, so that each line has one meaning.
std::string escaped(std::string_view message) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : message) {
        const auto value = static_cast<unsigned char>(c);
        if (value >= 0x20 && value < 0x7f && c != '\\') {
            text += c;
        } else {
            text += "\\x";
            text += digits[value >> 4U];
            text += digits[value & 0xfU];
        }
    }
    return text;
}

class Log : public Observer {
public:
    /// Appends to the file, or writes to stdout if the path is empty.
    explicit Log(std::string path) : path_(std::move(path)) {
        if (!path_.empty()) {
            file_ =
                Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
            if (!file_) {
                throw_errno("open log " + path_);
            }
        }
    }

    void requested(ConnectionId, std::uint64_t number, const Request& request) override {
        const auto line = "#" + std::to_string(number) + " - " +
                          std::to_string(request.delay.count()) +
                          "ms: " + escaped(request.message) + "\n";
        if (file_) {
            write_all(file_.get(), line, "log " + path_);
        } else {
            write_all(STDOUT_FILENO, line, "stdout");
        }
    }

private:
    std::string path_;
    Descriptor file_;
};

// Ten thousand clients need ten thousand descriptors; the usual soft limit is 1024.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == -1) {
        throw_errno("getrlimit RLIMIT_NOFILE");
    }
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == -1) {
        throw_errno("setrlimit RLIMIT_NOFILE");
    }
}

// SIGINT and SIGTERM become readable here instead of ending the process; a log whose reader is gone
// is an error of write(), not a SIGPIPE.
Descriptor take_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    if (::sigprocmask(SIG_BLOCK, &signals, nullptr) == -1) {
        throw_errno("sigprocmask");
    }
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        throw_errno("signal SIGPIPE");
    }
    return Descriptor(::signalfd(-1, &signals, SFD_CLOEXEC), "signalfd");
}

void watch(const Descriptor& epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == -1) {
        throw_errno("epoll_ctl");
    }
}

// Arms the timer for a point in time that may have passed already, or stops it.
void set_timer(const Descriptor& timer, std::optional<std::chrono::nanoseconds> at) {
    itimerspec spec{};
    if (at) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*at);
        spec.it_value.tv_sec = seconds.count();
        spec.it_value.tv_nsec = (*at - seconds).count();
    }
    if (::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME, &spec, nullptr) == -1) {
        throw_errno("timerfd_settime");
    }
}

// Until a signal comes: sleep; do what is ready; release what is due; set the timer for the next.
// The timer is never read: setting it again, or stopping it, makes it unreadable.
void serve(Server& server, const Descriptor& signals) {
    const Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    const Descriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd_create");
    watch(epoll, server.fd());
    watch(epoll, signals.get());
    watch(epoll, timer.get());
    for (;;) {
        std::array<epoll_event, 3> events{};
        const int count =
            ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), -1);
        if (count == -1 && errno != EINTR) {
            throw_errno("epoll_wait");
        }
        for (int i = 0; i < count; ++i) {
            if (events[static_cast<std::size_t>(i)].data.fd == signals.get()) {
                return;
            }
        }
        server.pump();
        server.release_due();
        set_timer(timer, server.next_due());
    }
}

void run(const Arguments& arguments) {
    const auto signals = take_signals();
    raise_descriptor_limit();
    Log log(arguments.log);
    Server::Options options;
    options.host = arguments.host;
    options.port = arguments.port;
    options.clock = now;
    options.observer = &log;
    options.compose_reply = [&](const Request& request, std::uint64_t number) {
        return compose(request, arguments.nonce_seed ? nonce(*arguments.nonce_seed, number) : "");
    };
    Server server(std::move(options));
    write_all(STDOUT_FILENO,
              "listening on " + arguments.host + ":" + std::to_string(server.port()) + "\n",
              "stdout");
    serve(server, signals);
}

int fail(const std::string& what, const std::string& advice) {
    std::cerr << "delayserver: " << what << "; " << advice << '\n';
    return 2;
}

std::string advice_for(const std::error_code& code) {
    if (code == std::errc::address_in_use) {
        return "end the program that listens there, or choose another --port (0: any free one)";
    }
    if (code == std::errc::invalid_argument || code == std::errc::address_not_available) {
        return "give --host an IPv4 address of this machine, such as 127.0.0.1";
    }
    if (code == std::errc::permission_denied) {
        return "choose a --port above 1023 and a --log that you may write";
    }
    return "correct that and start it again";
}

}  // namespace
}  // namespace delayserver

int main(int argc, char** argv) {
    using namespace delayserver;
    Arguments arguments;
    CLI::App app("Answers GET /{delay_ms}/{message} with the message, after the delay.");
    app.add_option("--host", arguments.host, "IPv4 address to listen on")->capture_default_str();
    app.add_option("--port", arguments.port, "port; 0: the kernel chooses")->capture_default_str();
    app.add_option("--log", arguments.log, "file to append the log to, instead of stdout");
    app.add_option("--nonce", arguments.nonce_seed, "seed: end each message in a [nonce]");
    try {
        app.parse(argc, argv);
        run(arguments);
        return 0;
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        return fail(error.what(), "see delayserver --help");
    } catch (const std::system_error& error) {
        return fail(error.what(), advice_for(error.code()));
    }
}
