// Answers one question: is the program waiting for nobody but us? Only then may virtual time move.
// It sends nothing and moves no clock. Why the readings come in this order stands in the .cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proc_tree.hpp"
#include "sock_diag.hpp"

namespace checker {

/// One connection between the program and our server, as far as the server knows it.
struct Connection {
    std::uint64_t id = 0;
    Endpoints client;            ///< the client's socket: its address, then ours
    bool server_open = true;     ///< our end has not been closed
    bool server_unsent = false;  ///< we hold bytes that the kernel would not take yet
};

/// Has everything that one end sent not yet arrived at the other? `unsent`: we hold bytes that the
/// kernel would not take yet.
bool is_in_flight(const SocketLook& client, const SocketLook& server, bool unsent);

/// What waits in the program's socket of a connection to be read.
struct UnreadInput {
    std::uint64_t connection = 0;
    std::uint32_t bytes = 0;
    bool end = false;  ///< and the server's FIN behind them

    bool operator==(const UnreadInput&) const = default;
};

/// What is on its way on all connections together.
struct NetworkLook {
    bool in_flight = false;
    bool ended = false;  ///< the server's FIN has arrived somewhere, and the program has not closed
    std::vector<UnreadInput> unread;
    std::vector<std::uint64_t> gone;  ///< connections that need no further look
    std::vector<SocketLook> sockets;  ///< both ends of each, for comparison

    bool operator==(const NetworkLook&) const = default;
};
NetworkLook look_at_network(SockDiag& diag, const std::vector<Connection>& connections);

/// One look at everything.
struct Look {
    enum class Is {
        quiet,      ///< every thread sleeps, nothing is on its way, polling sleepers had their turn
        settling,   ///< quiet, but a sleeper's own short timer may still bring something
        in_flight,  ///< bytes or a FIN are on their way, or our side has something to take in
        running,    ///< a thread runs, may run, or came and went
    } is = Is::running;
    std::vector<ThreadLook> threads;  ///< init included; empty if they could not be read
    // What follows is there only when all threads sleep.
    std::vector<Wait> waits;  ///< of the threads, in their order
    NetworkLook network;
};

/// Looks at one program again and again. One thread only.
class Quiescence {
public:
    Quiescence(ProcTree& tree, SockDiag& diag) : tree_(tree), diag_(diag) {}

    /// `events` is any number that changes whenever the program gave us something or got something
    /// from us. `anything_new` says whether our own descriptors are readable; it must not read.
    Look look(const std::vector<Connection>& connections, std::uint64_t events,
              const std::function<bool()>& anything_new);

private:
    bool settled(const Look& look, std::uint64_t events);
    void note_who_ran(const Look& look, bool event_happened);

    struct Sleeper {
        std::uint64_t run_count = 0;
        int events_slept_through = 0;
        std::uint64_t settling_since_event = 0;
        std::uint64_t run_count_then = 0;
    };

    ProcTree& tree_;
    SockDiag& diag_;
    std::unordered_map<pid_t, Sleeper> sleepers_;
    NetworkLook last_network_;
    std::uint64_t last_events_ = 0;
    std::uint64_t event_number_ = 1;
    std::chrono::steady_clock::time_point holding_since_;
};

}  // namespace checker
