// One connection with its request and its reply. What becomes of the others if it fails is for
// fetch_all() to decide, which is your part.
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <vector>

#include "http.hpp"
#include "poll.hpp"
#include "tcp_stream.hpp"

/// A request and its reply, on a connection of their own that never makes its caller wait. A
/// failure of this connection is a std::runtime_error (std::system_error is one); after it the
/// exchange is of no use. One thread only.
class Exchange {
public:
    /// Begins to connect. `number`, 1 to 9, gives the request its text and its delay: the higher,
    /// the shorter. Throws if that fails at once, as it does where no way leads to the address.
    Exchange(Token number, const sockaddr_in& server);

    /// Throws if the connect has failed, and says so by name. Otherwise nothing happens: you may
    /// call it at any time.
    void finish_connect() const { stream_.finish_connect(); }

    /// Sends what the connection takes now; nothing, once the request is sent. Throws if the
    /// connection fails.
    void send_request();

    /// Takes in what has come until the socket is empty or the reply is whole. Throws if the
    /// connection fails, or the reply is malformed or not the one that was asked for.
    void receive_reply();

    [[nodiscard]] bool complete() const noexcept { return reply_.complete(); }

    /// For a Registry. Stays this exchange's.
    [[nodiscard]] int fd() const noexcept { return stream_.fd(); }

    /// Prints the reply to stdout, once complete(). Throws std::ios_base::failure if that takes no
    /// more, which is no failure of this connection.
    void print() const;

private:
    TcpStream stream_;
    std::string unsent_;
    ResponseReader reply_;
};

/// Tells on stderr that connection `number` has failed, and why.
void print_failure(Token number, const std::exception& why);

/// Sends a request to each of `servers`, all at once, and prints each reply when it is whole. The
/// connection to servers[0] is number 1. One that fails is reported by print_failure() and given
/// up; the others go on. Returns how many have failed. Throws if Poll::poll() or stdout fails.
std::size_t fetch_all(const std::vector<sockaddr_in>& servers);
