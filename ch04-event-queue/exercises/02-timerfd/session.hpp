// Five requests, and a clock that only goes as far as it is told. When to wait, and what to tell
// the clock, is for run_loop() to decide, which is your part.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "http.hpp"
#include "poll.hpp"
#include "tcp_stream.hpp"

/// How long a tick is.
constexpr std::chrono::milliseconds tick_length{10};

/// For the timer's registration: no connection has this token.
constexpr Token timer_token = 0;

/// Five connections, edge-triggered, each with its request and its reply. One thread only.
class Session {
public:
    /// Begins all five. Throws std::system_error if a connection fails at once.
    explicit Session(const sockaddr_in& server);

    /// The queue's, for whatever else should wake wait().
    [[nodiscard]] Registry registry() const noexcept { return poll_.registry(); }

    /// How many replies are still to come.
    [[nodiscard]] std::size_t unfinished() const noexcept { return exchanges_.size(); }

    /// Sleeps until there are events: Poll::poll() without a timeout. The first time the thread is
    /// held up on its way to sleep, for longer than ten ticks.
    void wait(Events& events);

    /// Does all that can be done on the connection that `event` is about: sends, receives, and
    /// prints a reply that is whole. Passes over the events of connections that are finished.
    /// Throws std::system_error or std::runtime_error if the connection or the reply is at fault.
    void act(const Event& event);

    /// So many ticks have passed since the last call, at least 1; with the first call, since the
    /// timer was started, which was before the first wait(). Throws std::logic_error if that can't
    /// be: fewer than ten with the first call, 0, or more than there can have been.
    void count(std::uint64_t ticks);

private:
    struct Exchange {
        TcpStream stream;
        std::string unsent;
        ResponseReader reply;
    };

    void send_request(Exchange& exchange);
    void receive_reply(Exchange& exchange);
    void print(const ResponseReader& reply) const;

    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    Poll poll_;
    std::map<Token, Exchange> exchanges_;  // the unfinished ones
    bool was_held_up_ = false;
    std::uint64_t ticks_ = 0;
};

/// Acts on events until nothing is unfinished, and from the first wait on counts the ticks.
void run_loop(Session& session);
