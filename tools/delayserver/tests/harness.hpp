// A delay server under a clock that only a test moves, and clients for it, all in one thread. No
// waiting by time: World::until() sleeps in poll() until some socket has news.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "delayserver/descriptor.hpp"
#include "delayserver/server.hpp"

namespace delayserver::tests {

/// `GET target HTTP/1.1`, Host, the given further lines (each with its CRLF), the empty line.
std::string get(std::string_view target, std::string_view lines = "");

/// A pipe; its ends are closed in a program that is started.
struct Pipe {
    Pipe();

    Descriptor read;
    Descriptor write;
};

/// A TCP connection to 127.0.0.1 that never blocks.
class Client {
public:
    explicit Client(std::uint16_t port);

    /// Throws std::runtime_error if the kernel doesn't take all of it at once.
    void send(std::string_view bytes);
    /// As much as the kernel takes; returns how much.
    std::size_t send_some(std::string_view bytes);
    void shut_down_writing();
    void close() { socket_ = Descriptor(); }
    void reset();  ///< closes with a RST

    /// Reads what is there, at most `limit` bytes, into received(). True if there was anything.
    bool take(std::size_t limit = std::size_t{64} * 1024 * 1024);

    const std::string& received() const { return received_; }
    /// What came since the last call of this.
    std::string fresh();
    bool ended() const { return ended_; }          ///< the server's FIN was read
    bool was_reset() const { return was_reset_; }  ///< the server's RST was met
    bool open() const { return socket_ && !ended_ && !was_reset_; }
    int fd() const { return socket_.get(); }

private:
    Descriptor socket_;
    std::string received_;
    std::size_t seen_ = 0;
    bool ended_ = false;
    bool was_reset_ = false;
};

/// Writes the server's events down: `requested 1 #1 hello`, `closed 1`, `closed 1 reset`.
class Recorder : public Observer {
public:
    void accepted(ConnectionId id, const sockaddr_in& peer) override;
    void requested(ConnectionId id, std::uint64_t number, const Request& request) override;
    void refused(ConnectionId id, const Refusal& refusal) override;
    void surplus(ConnectionId id, std::size_t bytes) override;
    void replied(ConnectionId id, std::uint64_t number) override;
    void closed(ConnectionId id, bool reset_by_peer) override;

    bool has(std::string_view event) const;

    std::vector<std::string> events;
};

/// Server, clock, recorder, clients.
class World {
public:
    explicit World(std::function<Reply(const Request&, std::uint64_t)> compose_reply = {});

    Client& connect();
    /// Connects, sends, and pumps until the server has read one more request.
    Client& request(std::string_view target, std::string_view lines = "");
    /// Pumps and lets the clients read until `done`; throws std::runtime_error if nothing happens
    /// for ten seconds.
    void until(const std::function<bool()>& done);
    /// The same without reading on the clients' side.
    void pump_until(const std::function<bool()>& done);
    /// Pumps and reads until nothing is ready; throws std::runtime_error if that never comes, as
    /// with a server that would spin.
    void until_quiet();
    void advance(std::chrono::nanoseconds time) { now += time; }

    std::chrono::nanoseconds now{1'000'000};
    Recorder recorder;
    Server server;

private:
    bool clients_take();
    void sleep_until_news(bool clients_too) const;

    std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace delayserver::tests
