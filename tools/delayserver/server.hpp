// The delay server: one thread, plain level-triggered epoll, an injected clock. It decides nothing
// about time by itself: it says what is due, and its owner releases replies, in any order.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "delayserver/descriptor.hpp"
#include "delayserver/reply.hpp"
#include "delayserver/request.hpp"

namespace delayserver {

/// Names a connection for the life of the server; never reused. The first is 1.
using ConnectionId = std::uint64_t;

/// Is told what happens, in the order it happens, from within pump() and release(). A callback may
/// call the server's const functions only.
class Observer {
public:
    virtual ~Observer() = default;
    virtual void accepted(ConnectionId, const sockaddr_in& /*peer*/) {}
    /// `number` counts the requests of all connections in order of arrival, from 1.
    virtual void requested(ConnectionId, std::uint64_t /*number*/, const Request&) {}
    virtual void refused(ConnectionId, const Refusal&) {}
    /// Bytes after a request with which the peer had said that no other follows, or after one that
    /// was refused: thrown away.
    virtual void surplus(ConnectionId, std::size_t /*bytes*/) {}
    /// The reply's last byte is handed to the kernel. Not told for refusals.
    virtual void replied(ConnectionId, std::uint64_t /*number*/) {}
    /// Our descriptor is gone. `reset_by_peer` is false if the peer ended with a FIN or the end was
    /// ours.
    virtual void closed(ConnectionId, bool /*reset_by_peer*/) {}
};

/// Accepts, parses, parks and answers. All functions belong to one thread. System calls that the
/// kernel refuses throw std::system_error; what a peer does never throws.
///
/// A peer that half-closes after its request still gets its reply. From here a FIN of shutdown()
/// and one of close() look the same, so a peer that closed is noticed when it answers a piece with
/// a RST; a peer that resets is noticed at once. Either way its parked requests are dropped.
class Server {
public:
    struct Options {
        std::string host = "127.0.0.1";  ///< a dotted IPv4 address
        std::uint16_t port = 0;          ///< 0: the kernel chooses
        int backlog = 4096;
        std::function<std::chrono::nanoseconds()> clock{};  ///< required; must not go back
        /// Called when a reply's first piece is released. Default: compose(request, "").
        std::function<Reply(const Request&, std::uint64_t number)> compose_reply{};
        Observer* observer = nullptr;  ///< not owned; outlives the server
    };

    /// Binds and listens. Throws std::system_error naming the call and the address, or
    /// std::invalid_argument without a clock.
    explicit Server(Options options);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// Closes everything; the observer is not told.
    ~Server() = default;

    /// The port it is bound to.
    std::uint16_t port() const { return port_; }

    /// An epoll descriptor, owned by the server: readable when pump() has something to do.
    int fd() const { return epoll_.get(); }

    /// Accepts, reads and writes until nothing is ready; never blocks. True if anything happened.
    /// Under a flood it returns after a bounded number of rounds, with fd() still readable.
    ///
    /// When the process has no descriptor left, connections wait in the backlog until one of ours
    /// closes or pump() is called again; fd() isn't readable on their account meanwhile.
    bool pump();

    /// A piece that may be released.
    struct Due {
        ConnectionId connection;
        std::uint64_t number;  ///< the request it answers
        std::chrono::nanoseconds at;
        bool first_piece;
        bool last_piece;  ///< false for a first piece: that reply isn't composed yet
    };

    /// Per connection the next piece that may be released, in order of `at`, then number: only the
    /// reply at the head of its line, and nothing while an earlier piece is unsent.
    ///
    /// A request's first piece is due at its arrival plus its delay; behind another request not
    /// before that one's reply is complete.
    std::vector<Due> due() const;

    /// The `at` of due()'s first, without building the list.
    std::optional<std::chrono::nanoseconds> next_due() const;

    /// Sends the connection's next piece now, whatever the clock says; what the kernel doesn't take
    /// is sent by pump(). A connection that is gone is ignored, since its peer may have reset it
    /// after due() named it. Throws std::logic_error if the connection is there but nothing of it
    /// is due, or if compose_reply's piece_ends are wrong.
    void release(ConnectionId connection);

    /// Releases everything with `at` <= clock(). True if there was anything.
    bool release_due();

    /// Requests whose first piece isn't released yet, those behind another one included.
    std::size_t parked() const { return parked_; }

    /// True while the kernel hasn't taken all bytes that were released to this connection.
    bool unsent(ConnectionId connection) const;

    /// Closes the listening socket; connections already accepted go on.
    void stop_listening();

private:
    struct Parked {
        std::uint64_t number;
        std::chrono::nanoseconds at;
        Request request;
    };

    /// The reply at the head of the line, once its first piece is released.
    struct Sending {
        std::uint64_t number;  ///< 0: a refusal, which has no number
        Reply reply;           ///< its piece_ends are never empty here
        std::chrono::nanoseconds next_at;
        std::size_t pieces_released = 1;
        std::size_t sent = 0;  ///< bytes the kernel has taken

        std::size_t released_end() const { return reply.piece_ends[pieces_released - 1]; }
        bool unsent() const { return sent < released_end(); }
        bool all_released() const { return pieces_released == reply.piece_ends.size(); }
    };

    enum class Phase {
        serving,    ///< requests are parsed and answered
        waiting,    ///< all is sent; the peer closes (Reply::After::wait_for_peer)
        draining,   ///< our direction is shut down; input is thrown away until the peer's FIN
        resetting,  ///< waits for the kernel to transmit what it took, then resets
        closed      ///< settle() removes it
    };

    using DueKey = std::pair<std::chrono::nanoseconds, std::uint64_t>;  // at, number

    struct Connection {
        ConnectionId id;
        Descriptor socket;
        Phase phase = Phase::serving;
        bool reset_by_peer = false;
        bool end_of_input = false;       ///< the peer's FIN was read
        bool last_request_read = false;  ///< what follows is not parsed
        std::uint32_t interest = 0;      ///< the events epoll watches for
        std::size_t drained = 0;         ///< bytes thrown away while draining
        std::string input{};             ///< what is not parsed yet
        std::deque<Parked> parked{};
        std::optional<Sending> sending{};
        std::optional<Refusal> refusal{};  ///< the answer behind all parked requests
        std::optional<DueKey> due_key{};   ///< its entry in due_
    };

    // Steps of one connection. They may leave it in Phase::closed but never remove it; whoever
    // calls them from outside ends with settle(), which is where epoll and due_ catch up.
    void handle(Connection& connection, std::uint32_t events);
    void receive(Connection& connection);
    void parse(Connection& connection);
    void throw_away(const Connection& connection, std::size_t bytes);
    void start_reply(Connection& connection);
    void flush(Connection& connection);
    void complete_reply(Connection& connection);
    void take_next_step(Connection& connection);
    void start_draining(Connection& connection);
    void reset_when_transmitted(Connection& connection);
    void drop_parked(Connection& connection);
    void settle(Connection& connection);
    void remove(Connection& connection);

    static void close(Connection& connection, bool reset_by_peer);
    static bool wants_input(const Connection& connection);
    static std::uint32_t wanted_events(const Connection& connection);
    static std::optional<DueKey> wanted_due_key(const Connection& connection);

    bool accept_some();
    void watch_listener(bool watch);

    Options options_;
    Descriptor epoll_;
    Descriptor listener_;
    std::uint16_t port_ = 0;
    bool accept_paused_ = false;  ///< out of descriptors: epoll doesn't watch the listener
    ConnectionId last_id_ = 0;
    std::uint64_t last_number_ = 0;
    std::size_t parked_ = 0;
    std::unordered_map<ConnectionId, Connection> connections_;
    std::map<DueKey, ConnectionId> due_;
    std::set<ConnectionId> draining_;
    std::vector<char> received_;  ///< recv()'s buffer, shared by all connections
};

}  // namespace delayserver
