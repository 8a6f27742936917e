// The delay server as one run of a program sees it: how each mode words and cuts its replies, and
// the record of what was asked and answered.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "delayserver/server.hpp"
#include "evidence.hpp"
#include "quiescence.hpp"

namespace checker {

/// Tells the story of a run as it goes.
using Narrate = std::function<void(const std::string& who, const std::string& what)>;

/// Not copyable; one thread only. The clock and the evidence are the run's and outlive it.
class Served : private delayserver::Observer {
public:
    /// `clock` is the run's time. Throws std::system_error if no port is to be had.
    /// With `slow` the bytes of each reply's body come one by one, 10 ms apart. `backlog` is
    /// listen(2)'s.
    Served(Mode mode, std::uint64_t seed, bool slow, int backlog,
           std::function<std::chrono::nanoseconds()> clock, Evidence& evidence, Narrate narrate);

    delayserver::Server& server() { return server_; }
    /// Changes with everything that happens on a connection.
    std::uint64_t events() const { return events_; }
    /// Both ends of every connection that may still carry something.
    const std::vector<Connection>& connections();
    void forget(const std::vector<std::uint64_t>& connections);
    /// The connections to release next at this quiet moment, as the mode wants it; empty if nothing
    /// is parked. `at` is the time that it will be then.
    struct Choice {
        std::vector<delayserver::Server::Due> pieces;
        std::chrono::nanoseconds at{};
    };
    Choice choose();
    /// `storm`: how long to wait, of real time, before the next choice.
    std::chrono::microseconds pause_in_storm();
    void release(const delayserver::Server::Due& piece);
    bool anything_parked() const { return server_.next_due().has_value(); }
    /// The last request of a connection, for naming it; 0 if it had none.
    std::uint64_t request_of(std::uint64_t connection) const;
    /// A reply went out whole and the connection is still open.
    bool complete_but_open() const;

private:
    void accepted(delayserver::ConnectionId, const sockaddr_in& peer) override;
    void requested(delayserver::ConnectionId, std::uint64_t number,
                   const delayserver::Request&) override;
    void refused(delayserver::ConnectionId, const delayserver::Refusal&) override;
    void surplus(delayserver::ConnectionId, std::size_t bytes) override;
    void replied(delayserver::ConnectionId, std::uint64_t number) override;
    void closed(delayserver::ConnectionId, bool reset_by_peer) override;
    delayserver::Reply compose(const delayserver::Request&, std::uint64_t number);
    delayserver::Reply compose_slowly(delayserver::Request, const std::string& nonce);
    delayserver::Reply compose_in_pieces(delayserver::Request, std::uint64_t number);
    std::size_t random_below(std::size_t limit);

    struct Exchange {
        std::uint64_t number = 0;  ///< of its last request
        bool answered = false;
        int pieces = 0;  ///< released
    };

    Mode mode_;
    std::uint64_t seed_;
    bool slow_;
    std::mt19937_64 random_;
    Evidence& evidence_;
    Narrate narrate_;
    std::uint64_t events_ = 0;
    bool releasing_first_piece_ = false;
    std::uint64_t moments_ = 0;  // quiet ones, in `pieces`
    std::int64_t waiting_ = 0;
    std::vector<Connection> connections_;
    std::map<std::uint64_t, Exchange> exchanges_;    // by connection
    std::map<std::uint64_t, RepliedWith> composed_;  // by request
    delayserver::Server server_;
};

}  // namespace checker
