// The proof behind a quiet moment. In the first pass each thread's run count is read before its
// state, in the second after it. A thread that is asleep in both with the same run count has slept
// from its first reading to its last. All those intervals contain the moment between the passes, so
// at that moment every thread slept at once, whatever happened in between. The network is looked at
// in that same gap and once more afterwards, unchanged: nothing was on its way to wake anyone.
#include "quiescence.hpp"

#include <algorithm>

namespace checker {
namespace {

using std::chrono::steady_clock;

// A sleeper with more time left than this is not polling: nobody polls that slowly in a lesson.
constexpr double polling_sleep_ms = 300;
constexpr auto longest_hold = std::chrono::seconds(1);
constexpr int events_before_excused = 2;

bool all_asleep(const std::vector<ThreadLook>& threads) {
    return std::ranges::all_of(threads, &ThreadLook::asleep);
}

// A tree that somebody stopped (init and helpers aside) is paused, not waiting.
bool stopped_from_outside(const std::vector<ThreadLook>& threads, pid_t init) {
    bool any = false;
    for (const ThreadLook& thread : threads) {
        if (thread.process != init && thread.state != 'T') {
            return false;
        }
        any = any || thread.process != init;
    }
    return any;
}

}  // namespace

bool is_in_flight(const SocketLook& client, const SocketLook& server, bool unsent) {
    const bool client_can_receive =
        client.state == TcpState::established || client.state == TcpState::close_wait;
    // Bytes that wait for room, though there is room: the window update is under way.
    if ((unsent || server.not_sent > 0) && client.receive_queue == 0 && client_can_receive) {
        return true;
    }
    if (!server.found || !server.has_info || server.state == TcpState::time_wait) {
        return false;
    }
    const bool fin_to_client = server.state == TcpState::fin_wait_1 &&
                               client.state == TcpState::established && server.not_sent == 0 &&
                               server.send_queue <= 1;
    const bool fin_to_server =
        client.state == TcpState::fin_wait_1 && server.state == TcpState::established;
    return server.sent > client.received || client.sent > server.received || fin_to_client ||
           fin_to_server;
}

NetworkLook look_at_network(SockDiag& diag, const std::vector<Connection>& connections) {
    std::vector<Endpoints> ends;
    ends.reserve(2 * connections.size());
    for (const Connection& connection : connections) {
        ends.push_back(connection.client);
        ends.push_back({connection.client.peer, connection.client.local});
    }
    NetworkLook look;
    look.sockets = diag.look_up(ends);
    for (std::size_t i = 0; i < connections.size(); ++i) {
        const Connection& connection = connections[i];
        const SocketLook& client = look.sockets[2 * i];
        const SocketLook& server = look.sockets[2 * i + 1];
        if (!client.found || client.state == TcpState::time_wait ||
            client.state == TcpState::close) {
            if (!connection.server_open) {
                look.gone.push_back(connection.id);
            }
            continue;
        }
        if (!client.has_info) {
            continue;
        }
        const bool connecting =
            client.state == TcpState::syn_sent || client.state == TcpState::syn_received;
        look.ended = look.ended || client.state == TcpState::close_wait;
        if (client.receive_queue > 0 && !connecting) {
            // The queue counts an unread FIN as a byte.
            const bool end = client.state == TcpState::close_wait;
            look.unread.push_back({connection.id, client.receive_queue - (end ? 1 : 0), end});
        }
        look.in_flight = look.in_flight || is_in_flight(client, server, connection.server_unsent);
    }
    return look;
}

Look Quiescence::look(const std::vector<Connection>& connections, std::uint64_t events,
                      const std::function<bool()>& anything_new) {
    Look look;
    auto first = tree_.look(ReadOrder::run_count_first);
    if (!first) {
        return look;
    }
    look.threads = std::move(*first);
    if (!all_asleep(look.threads) || stopped_from_outside(look.threads, tree_.root())) {
        return look;
    }
    // Waits are decoded between the passes: the second one proves that the time-outs were read
    // while the thread slept, and not from the stack of one that has gone on.
    for (const ThreadLook& thread : look.threads) {
        look.waits.push_back(decode_wait(thread));
    }
    look.network = look_at_network(diag_, connections);
    if (look.network.in_flight) {
        look.is = Look::Is::in_flight;
        return look;
    }
    const auto second = tree_.look(ReadOrder::run_count_last);
    if (!second || !all_asleep(*second) || !nobody_ran(look.threads, *second)) {
        return look;
    }
    if (look_at_network(diag_, connections) != look.network || anything_new()) {
        look.is = Look::Is::in_flight;
        return look;
    }
    look.is = settled(look, events) ? Look::Is::quiet : Look::Is::settling;
    return look;
}

// A sleeper that polls may find work when its short timer ends. So after each event the clock is
// held until every such thread has woken and slept again; one that sleeps through event after event
// only keeps time and is excused. A stopped thread may be stopped in the middle of anything: while
// one of the sleepers may be about to continue it, the clock is held whoever has had its turn.
bool Quiescence::settled(const Look& look, std::uint64_t events) {
    const bool event_happened = events != last_events_ || !(look.network == last_network_);
    last_events_ = events;
    last_network_ = look.network;
    event_number_ += event_happened ? 1 : 0;
    note_who_ran(look, event_happened);

    const bool any_stopped = std::ranges::count(look.threads, 'T', &ThreadLook::state) > 0;
    bool holding = false;
    for (std::size_t i = 0; i < look.threads.size(); ++i) {
        const ThreadLook& thread = look.threads[i];
        const Wait& wait = look.waits[i];
        Sleeper& sleeper = sleepers_[thread.thread];
        const bool may_poll =
            wait.milliseconds && *wait.milliseconds <= polling_sleep_ms &&
            (any_stopped || !look.network.unread.empty() ||
             (wait.pure_sleep && sleeper.events_slept_through < events_before_excused));
        if (!may_poll) {
            continue;
        }
        if (sleeper.settling_since_event != event_number_) {
            sleeper.settling_since_event = event_number_;
            sleeper.run_count_then = thread.run_count;
        }
        holding = holding || any_stopped || sleeper.run_count_then == thread.run_count;
    }
    // The limit is for one event: a program that goes on making progress is held for as long.
    const auto now = steady_clock::now();
    if (event_happened || !holding) {
        holding_since_ = now;
    }
    if (holding && now - holding_since_ >= longest_hold) {
        holding_since_ = now;
        return true;
    }
    return !holding;
}

void Quiescence::note_who_ran(const Look& look, bool event_happened) {
    std::unordered_map<pid_t, Sleeper> now;
    for (std::size_t i = 0; i < look.threads.size(); ++i) {
        const ThreadLook& thread = look.threads[i];
        const auto before = sleepers_.find(thread.thread);
        const bool slept =
            before != sleepers_.end() && before->second.run_count == thread.run_count;
        Sleeper& sleeper = now[thread.thread];
        if (before != sleepers_.end()) {
            sleeper = before->second;
        }
        sleeper.run_count = thread.run_count;
        if (!look.waits[i].pure_sleep || (event_happened && !slept)) {
            // Whoever waits for something does not only keep time, and whoever ran when something
            // happened may have made it happen.
            sleeper.events_slept_through = 0;
        } else if (event_happened) {
            ++sleeper.events_slept_through;
        }
    }
    sleepers_ = std::move(now);
}

}  // namespace checker
