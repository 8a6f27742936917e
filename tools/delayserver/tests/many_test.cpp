// Ten thousand parked requests on one thread, from a client in a process of its own.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "harness.hpp"

using namespace delayserver;
using namespace delayserver::tests;

namespace {

constexpr std::size_t batch = 1000;  // well below the backlog
constexpr std::size_t many = 10 * batch;

bool room_for(std::size_t descriptors) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_max < descriptors) {
        return false;
    }
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

std::size_t resident_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmRSS:") {
            std::size_t kib = 0;
            status >> kib;
            return kib;
        }
    }
    return 0;
}

// The client: a batch of requests for each byte from the server's side, then all replies, each read
// to its end. Returns how many were right.
std::size_t run_client(std::uint16_t port, const Descriptor& go_on) {
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < many; ++i) {
        char byte = 0;
        if (i % batch == 0 && ::read(go_on.get(), &byte, 1) != 1) {
            return 0;
        }
        clients.push_back(std::make_unique<Client>(port));
        clients.back()->send(get("/1000/message" + std::to_string(i), "Connection: close\r\n"));
    }
    std::size_t right = 0;
    for (std::size_t i = 0; i < many; ++i) {
        std::string reply;
        char buffer[4096];
        for (ssize_t count = 1; count > 0;) {
            count = ::recv(clients[i]->fd(), buffer, sizeof buffer, 0);
            reply.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        }
        right += reply.ends_with("\r\n\r\nmessage" + std::to_string(i)) ? 1 : 0;
        clients[i]->close();
    }
    return right;
}

}  // namespace

TEST_CASE("ten thousand requests are parked in under 100 MiB and answered in reverse") {
    if (!room_for(many + 100)) {
        MESSAGE("skipped: it needs " << many + 100 << " descriptors, more than ulimit -Hn allows");
        return;
    }
    World world;
    Pipe go_on;
    const pid_t child = ::fork();
    REQUIRE(child != -1);
    if (child == 0) {
        go_on.write = Descriptor();  // so that the server's end ends the client, too
        ::_exit(run_client(world.server.port(), go_on.read) == many ? 0 : 1);
    }

    const auto before = resident_kib();
    REQUIRE(before > 0);
    for (std::size_t expected = batch; expected <= many; expected += batch) {
        REQUIRE(::write(go_on.write.get(), "x", 1) == 1);
        world.pump_until([&] { return world.server.parked() == expected; });
    }
    const auto growth = resident_kib() - before;
    MESSAGE(many << " parked requests: " << growth << " KiB of resident memory");
    CHECK(growth < std::size_t{100} * 1024);

    auto due = world.server.due();
    REQUIRE(due.size() == many);
    std::reverse(due.begin(), due.end());
    for (const auto& entry : due) {
        world.server.release(entry.connection);
    }
    CHECK(world.server.parked() == 0);
    world.pump_until([&] { return world.recorder.has("closed " + std::to_string(many)); });

    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
