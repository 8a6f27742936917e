// What the test programs share: a plain HTTP client, work that reveals a wrong clock, processes.
// Not an example of good networking: these programs exist to be judged by the checker.
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fixture {

using std::chrono::milliseconds;

/// Returns `result` unless it is -1; then throws std::system_error with errno and `call`.
ssize_t checked(ssize_t result, const char* call);

/// As `checked`, for calls whose result is a descriptor, a status or a small count.
int checked_int(int result, const char* call);

/// The only owner of a descriptor, closed on destruction. May be empty. One thread at a time.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd() { reset(); }

    int get() const { return fd_; }
    /// Gives the descriptor up without closing it.
    int release() noexcept;
    void reset() noexcept;

private:
    int fd_ = -1;
};

/// A pipe, both ends close-on-exec; see pipe(2).
struct Pipe {
    Pipe();
    Fd read_end;
    Fd write_end;
};

/// read(2) that survives EINTR: waits for the first byte, returns how many there were, 0 at the
/// end.
std::size_t read_some(int fd, char* buffer, std::size_t size);

/// Writes all of `text` to a blocking descriptor, however often it takes; throws std::system_error.
void write_all(int fd, std::string_view text);

/// Prints `text` and a line end; a line of at most PIPE_BUF bytes is never torn, whoever else
/// prints.
void print_line(std::string_view text);

/// Prints `RECEIVED: <body>`.
void print_received(std::string_view body);

/// One reply, put together from any pieces. Complete by Content-Length (RFC 9112, 6.3), else by
/// EOF.
class Reply {
public:
    /// Takes the next bytes; an empty piece is the end of the stream. Throws std::runtime_error
    /// when the reply ends too early or has a status other than 200.
    void take(std::string_view piece);
    bool complete() const { return complete_; }
    /// The body of a complete reply.
    std::string body() const { return text_.substr(body_at_, length_.value()); }

private:
    void read_head();

    std::string text_;
    std::size_t body_at_ = std::string::npos;
    std::optional<std::size_t> length_;
    bool complete_ = false;
};

/// The text of the request `GET /{delay}/{message}`; the server closes when it has answered.
std::string request_text(milliseconds delay, std::string_view message);

/// One request: the constructor connects and sends, both blocking; then the reply can be read.
class Exchange {
public:
    /// `receive_buffer` is SO_RCVBUF in bytes, 0 for the system's default. Throws
    /// std::system_error.
    Exchange(const sockaddr_in& server, milliseconds delay, std::string_view message,
             int receive_buffer = 0);

    int fd() const { return socket_.get(); }
    bool complete() const { return reply_.complete(); }
    std::string body() const { return reply_.body(); }
    /// Takes bytes of the reply that the caller read itself, an empty piece at the end.
    void take(std::string_view piece) { reply_.take(piece); }
    /// Reads at most `most` bytes, waiting for the first; returns how many there were.
    std::size_t read_piece(std::size_t most);
    /// Reads what is there, without waiting.
    void read_available();
    /// Waits for the rest of the reply and returns its body.
    std::string finish();
    /// Gives up the socket without closing it; the exchange is over.
    int release_socket() { return socket_.release(); }

private:
    Fd socket_;
    Reply reply_;
};

/// One request and its reply, blocking.
std::string get(const sockaddr_in& server, milliseconds delay, std::string_view message);

/// The delays of one chain: requests each of which is sent when the one before is answered.
using ChainDelays = std::vector<milliseconds>;

/// `count` (at most 24) chains of `length` requests to be run side by side. Each takes
/// length * 1000 ms in all, and no two replies but the last ones are due together. So one late
/// step in any chain makes the elapsed time inexact.
std::vector<ChainDelays> equal_chains(int count, int length);

/// The message of step `step` of chain `chain`.
std::string chain_message(std::size_t chain, std::size_t step);

/// One chain driven by a caller that waits in its own way. Prints each reply. One thread.
class Chain {
public:
    /// Sends the first request.
    Chain(const sockaddr_in& server, std::size_t number, ChainDelays delays);

    bool done() const { return !exchange_.has_value(); }
    /// The socket to wait for; only while not done.
    int fd() const { return exchange_.value().fd(); }
    /// Reads what is there, without waiting; goes on to the next request after a whole reply.
    void advance();
    /// As `advance`, with bytes that the caller read itself; an empty piece is the end.
    void take(std::string_view piece);

private:
    void next_if_complete();
    void send_request();

    sockaddr_in server_;
    std::size_t number_;
    ChainDelays delays_;
    std::size_t step_ = 0;
    std::optional<Exchange> exchange_;
};

/// Starts all of equal_chains(count, length).
std::vector<Chain> start_chains(const sockaddr_in& server, int count, int length);

/// Two requests with `work` between them, twice; 6000 ms. First nothing else is outstanding, so
/// that only a wrong "stuck" can happen; then a reply that is due later waits meanwhile: a clock
/// that moves during `work` releases it, and the second request comes late.
void work_between_requests(const sockaddr_in& server, const std::function<void()>& work);

/// Forks a child that runs `work` and then ends without destructors or exit handlers: status 0, or
/// 1 with a message on stderr if `work` throws. The caller has one thread.
pid_t fork_child(const std::function<void()>& work);

/// Waits for a child's end; throws std::runtime_error unless it exited with 0.
void wait_for_child(pid_t child);

/// A fixture's whole main: parses `argv[1]`, `IPv4:port`, runs `program` and prints FINISHED.
/// Returns the exit status: 0, 1 after an exception (told on stderr), 2 for wrong arguments.
int run(int argc, char** argv, void (*program)(const sockaddr_in& server));

}  // namespace fixture
