// The program itself, run as a child process: what it prints, serves and exits with.
#include <doctest/doctest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "harness.hpp"

using namespace delayserver;
using namespace delayserver::tests;

namespace {

// The delay server with its stdout and stderr in a pipe. Killed if a test ends early.
class Program {
public:
    explicit Program(std::vector<std::string> arguments) {
        Pipe pipe;
        output_ = std::move(pipe.read);
        arguments.insert(arguments.begin(), DELAYSERVER_PROGRAM);
        std::vector<char*> argv;
        for (auto& argument : arguments) {
            argv.push_back(argument.data());
        }
        argv.push_back(nullptr);

        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, pipe.write.get(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, pipe.write.get(), STDERR_FILENO);
        const int error = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (error != 0) {
            throw std::system_error(error, std::generic_category(), "posix_spawn");
        }
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    // The next line with its end, or what is left before the end of the output.
    std::string line() {
        std::string text;
        for (char byte = 0; byte != '\n';) {
            pollfd watched{output_.get(), POLLIN, 0};
            if (::poll(&watched, 1, 10'000) == 0) {
                throw std::runtime_error("the program printed nothing for ten seconds");
            }
            if (::read(output_.get(), &byte, 1) != 1) {
                break;
            }
            text += byte;
        }
        return text;
    }

    std::uint16_t port() {
        const std::string greeting = "listening on 127.0.0.1:";
        const auto text = line();
        REQUIRE(text.starts_with(greeting));
        return static_cast<std::uint16_t>(std::stoul(text.substr(greeting.size())));
    }

    void signal(int number) const { REQUIRE(::kill(pid_, number) == 0); }

    int exit_status() {
        int status = 0;
        REQUIRE(::waitpid(pid_, &status, 0) == pid_);
        pid_ = -1;
        REQUIRE(WIFEXITED(status));
        return WEXITSTATUS(status);
    }

private:
    pid_t pid_ = -1;
    Descriptor output_;
};

std::string fetch(std::uint16_t port, std::string_view target) {
    Client client(port);
    client.send(get(target, "Connection: close\r\n"));
    while (client.open()) {
        pollfd watched{client.fd(), POLLIN, 0};
        REQUIRE(::poll(&watched, 1, 10'000) == 1);
        client.take();
    }
    return client.received();
}

}  // namespace

TEST_CASE("the program says where it listens, serves, logs, and ends with 0 at SIGTERM") {
    Program program({"--port", "0", "--nonce", "7"});
    const auto port = program.port();
    CHECK(fetch(port, "/10/hello").ends_with("\r\n\r\nhello [" + nonce(7, 1) + "]"));
    CHECK(fetch(port, "/1/ab?drip=1&size=20").ends_with(" [" + nonce(7, 2) + "]"));
    const Client parked(port);
    program.signal(SIGTERM);
    CHECK(program.exit_status() == 0);
    CHECK(program.line() == "#1 - 10ms: hello\n");
    CHECK(program.line() == "#2 - 1ms: ab\n");
    CHECK(program.line().empty());
}

TEST_CASE("the program logs to a file, where a message stays on its line") {
    const auto path = "/tmp/delayserver-test-" + std::to_string(::getpid()) + ".log";
    Program program({"--port=0", "--log", path});
    CHECK(fetch(program.port(), "/0/a%0A%232%20-%200ms:%20b%5c%9b").starts_with("HTTP/1.1 200"));
    program.signal(SIGINT);
    CHECK(program.exit_status() == 0);
    CHECK(program.line().empty());
    std::stringstream log;
    log << std::ifstream(path).rdbuf();
    CHECK(log.str() == "#1 - 0ms: a\\x0a#2 - 0ms: b\\x5c\\x9b\n");
    CHECK(std::remove(path.c_str()) == 0);
}

TEST_CASE("the program refuses what it can't do in one line, with exit status 2") {
    Program first({"--port", "0"});
    const auto port = std::to_string(first.port());
    const std::vector<std::vector<std::string>> refused{
        {"--port", port},      {"--port", "70000"},     {"--nonsense"},         {"--nonce", "x"},
        {"--host", "nowhere"}, {"--host", "192.0.2.1"}, {"--log", "/no/where"}, {"8080"}};
    for (const auto& arguments : refused) {
        CAPTURE(arguments.front());
        Program program(arguments);
        const auto line = program.line();
        CAPTURE(line);
        CHECK(line.starts_with("delayserver: "));
        CHECK(line.ends_with("\n"));
        CHECK(program.line().empty());
        CHECK(program.exit_status() == 2);
    }
    Program second({"--port", port});
    CHECK(second.line().starts_with("delayserver: bind 127.0.0.1:" + port +
                                    ": Address already in use; "));
}
