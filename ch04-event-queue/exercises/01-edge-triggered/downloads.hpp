// Five requests that make progress one step at a time. Whose step it is, and when to wait, is for
// take_turns() to decide, which is your part.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "http.hpp"
#include "poll.hpp"
#include "tcp_stream.hpp"

/// What a step came to.
enum class Step {
    more,  ///< bytes were moved, and more may be waiting: the connection deserves another step
    would_block,  ///< there was nothing to move: only an event can change that
    finished      ///< the reply is whole and printed, the connection closed
};

/// Five connections, edge-triggered, each with its request and its reply. One thread only.
class Downloads {
public:
    /// Begins all five. Throws std::system_error if a connection fails at once.
    explicit Downloads(const sockaddr_in& server);

    /// How many replies are still to come.
    [[nodiscard]] std::size_t unfinished() const noexcept { return downloads_.size(); }

    /// Poll::poll(): sleeps until there are events or `timeout` is over, forever without one, not
    /// at all with 0 ms. A new round begins: each connection may take one step before the next
    /// wait(). Throws std::logic_error if a connection that could have taken a step was passed over
    /// in more than ten rounds running.
    void wait(Events& events, std::optional<std::chrono::milliseconds> timeout);

    /// One step of the connection that `token` stands for: a single write of its request, or a
    /// single read of at most 1 KiB. Throws std::system_error or std::runtime_error if the
    /// connection or the reply is at fault, and std::logic_error for a second step in one round.
    Step step(Token token);

private:
    struct Download {
        TcpStream stream;
        std::string unsent;
        ResponseReader reply;
    };

    Step take_step(Token token);

    Poll poll_;
    std::map<Token, Download> downloads_;  // the unfinished ones
    std::set<Token> stepped_;              // in this round
    std::map<Token, int> passed_over_;     // rounds without a step, of those that could take one
};

/// Steps and waits until nothing is unfinished. No connection takes two steps in one round, however
/// much it has to read, none is passed over for long, and the thread sleeps whenever no connection
/// can take a step.
void take_turns(Downloads& downloads);
