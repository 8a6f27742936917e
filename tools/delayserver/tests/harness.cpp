// The tests' clients and their world; see harness.hpp.
#include "harness.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace delayserver::tests {

std::string get(std::string_view target, std::string_view lines) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(lines) +
           "\r\n";
}

Pipe::Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == -1) {
        throw_errno("pipe2");
    }
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
}

Client::Client(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket") {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Blocks only for the handshake, which is the kernel's business while the backlog has room.
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
        -1) {
        throw_errno("connect");
    }
}

std::size_t Client::send_some(std::string_view bytes) {
    const auto count =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count == -1 && errno != EAGAIN) {
        throw_errno("send");
    }
    return count == -1 ? 0 : static_cast<std::size_t>(count);
}

void Client::send(std::string_view bytes) {
    if (send_some(bytes) != bytes.size()) {
        throw std::runtime_error("the kernel didn't take all of the client's bytes");
    }
}

void Client::shut_down_writing() {
    if (::shutdown(socket_.get(), SHUT_WR) == -1) {
        throw_errno("shutdown");
    }
}

void Client::reset() {
    linger at_once{};
    at_once.l_onoff = 1;
    if (::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == -1) {
        throw_errno("setsockopt SO_LINGER");
    }
    close();
}

bool Client::take(std::size_t limit) {
    const auto before = received_.size();
    std::array<char, 65536> buffer{};
    while (open() && received_.size() - before < limit) {
        const auto wanted = std::min(buffer.size(), limit - (received_.size() - before));
        const auto count = ::recv(socket_.get(), buffer.data(), wanted, MSG_DONTWAIT);
        if (count == -1 && errno == EAGAIN) {
            return received_.size() != before;
        }
        if (count == -1 && errno != ECONNRESET) {
            throw_errno("recv");
        }
        was_reset_ = count == -1;
        ended_ = count == 0;
        if (count <= 0) {
            return true;
        }
        received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return received_.size() != before;
}

std::string Client::fresh() {
    const auto text = received_.substr(seen_);
    seen_ = received_.size();
    return text;
}

void Recorder::accepted(ConnectionId id, const sockaddr_in& /*peer*/) {
    events.push_back("accepted " + std::to_string(id));
}

void Recorder::requested(ConnectionId id, std::uint64_t number, const Request& request) {
    events.push_back("requested " + std::to_string(id) + " #" + std::to_string(number) + " " +
                     request.message);
}

void Recorder::refused(ConnectionId id, const Refusal& refusal) {
    events.push_back("refused " + std::to_string(id) + " " + std::to_string(refusal.status));
}

void Recorder::surplus(ConnectionId id, std::size_t bytes) {
    events.push_back("surplus " + std::to_string(id) + " " + std::to_string(bytes));
}

void Recorder::replied(ConnectionId id, std::uint64_t number) {
    events.push_back("replied " + std::to_string(id) + " #" + std::to_string(number));
}

void Recorder::closed(ConnectionId id, bool reset_by_peer) {
    events.push_back("closed " + std::to_string(id) + (reset_by_peer ? " reset" : ""));
}

bool Recorder::has(std::string_view event) const {
    return std::find(events.begin(), events.end(), event) != events.end();
}

World::World(std::function<Reply(const Request&, std::uint64_t)> compose_reply)
    : server([&] {
          Server::Options options;
          options.clock = [this] { return now; };
          options.compose_reply = std::move(compose_reply);
          options.observer = &recorder;
          return options;
      }()) {}

Client& World::connect() {
    return *clients_.emplace_back(std::make_unique<Client>(server.port()));
}

Client& World::request(std::string_view target, std::string_view lines) {
    const auto parked = server.parked();
    auto& client = connect();
    client.send(get(target, lines));
    pump_until([&] { return server.parked() > parked; });
    return client;
}

void World::until(const std::function<bool()>& done) {
    for (;;) {
        const bool pumped = server.pump();
        const bool taken = clients_take();
        if (done()) {
            return;
        }
        if (!pumped && !taken) {
            sleep_until_news(true);
        }
    }
}

void World::pump_until(const std::function<bool()>& done) {
    for (;;) {
        const bool pumped = server.pump();
        if (done()) {
            return;
        }
        if (!pumped) {
            sleep_until_news(false);
        }
    }
}

void World::until_quiet() {
    for (int round = 0; round < 1000; ++round) {
        pollfd watched{server.fd(), POLLIN, 0};
        if (!server.pump() && !clients_take() && ::poll(&watched, 1, 0) == 0) {
            return;
        }
    }
    throw std::runtime_error("the server is never quiet");
}

bool World::clients_take() {
    bool taken = false;
    for (const auto& client : clients_) {
        taken |= client->take();
    }
    return taken;
}

void World::sleep_until_news(bool clients_too) const {
    std::vector<pollfd> watched{{server.fd(), POLLIN, 0}};
    for (const auto& client : clients_) {
        if (clients_too && client->open()) {
            watched.push_back({client->fd(), POLLIN, 0});
        }
    }
    if (::poll(watched.data(), watched.size(), 10'000) == 0) {
        throw std::runtime_error("nothing happened for ten seconds");
    }
}

}  // namespace delayserver::tests
