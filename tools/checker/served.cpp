// The modes' manners. serial is the kindest server there is; each of the others is legal HTTP that
// some client forgets about.
#include "served.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "text.hpp"

namespace checker {
namespace {

using delayserver::Reply;
using delayserver::Request;

constexpr std::size_t mebibyte = 1U << 20;
// So many replies of a `pieces` run have a body of 1 MiB; the others are short, or a program with
// many requests would be judged on its memory bandwidth.
constexpr std::uint64_t large_replies = 3;
constexpr std::chrono::milliseconds byte_by_byte{10};  // the slow server

void remove_content_length(Reply& reply) {
    const auto from = reply.bytes.find("Content-Length:");
    if (from != std::string::npos) {
        reply.bytes.erase(from, reply.bytes.find('\n', from) + 1 - from);
    }
}

std::size_t end_of_head(const Reply& reply) {
    return reply.bytes.find("\r\n\r\n") + 4;
}

// compose() pads between the message and the nonce, so what a pattern knows as ${message} includes
// the padding.
RepliedWith replied_with(const Request& request, const std::string& nonce) {
    const std::string in_brackets = "[" + nonce + "]";
    const std::size_t natural = request.message.size() + 1 + in_brackets.size();
    const std::string padding(std::max(request.size, natural) - natural, '.');
    return {request.message + padding, in_brackets, request.delay.count()};
}

std::string path_of(const Request& request) {
    std::string path = "/" + std::to_string(request.delay.count()) + "/" + request.message;
    if (request.size > 0) {
        path += "?size=" + std::to_string(request.size);
    }
    return path;
}

}  // namespace

Served::Served(Mode mode, std::uint64_t seed, bool slow, int backlog,
               std::function<std::chrono::nanoseconds()> clock, Evidence& evidence, Narrate narrate)
    : mode_(mode),
      seed_(seed),
      slow_(slow),
      random_(seed * 8 + static_cast<std::uint64_t>(mode)),
      evidence_(evidence),
      narrate_(std::move(narrate)),
      server_({.backlog = backlog,
               .clock = std::move(clock),
               .compose_reply = [this](const Request& request,
                                       std::uint64_t number) { return compose(request, number); },
               .observer = this}) {}

std::size_t Served::random_below(std::size_t limit) {
    return random_() % limit;
}

const std::vector<Connection>& Served::connections() {
    for (Connection& connection : connections_) {
        connection.server_unsent = connection.server_open && server_.unsent(connection.id);
    }
    return connections_;
}

void Served::forget(const std::vector<std::uint64_t>& gone) {
    std::erase_if(connections_,
                  [&](const Connection& one) { return std::ranges::count(gone, one.id) > 0; });
}

// Never empty where anything is due.
Served::Choice Served::choose() {
    Choice choice;
    auto due = server_.due();
    if (due.empty()) {
        return choice;
    }
    std::ranges::shuffle(due, random_);
    switch (mode_) {
        case Mode::serial:
        case Mode::interrupt:
            // Due first; of equal ones whichever the lot has put in front.
            choice.pieces.push_back(
                *std::ranges::min_element(due, {}, &delayserver::Server::Due::at));
            break;
        case Mode::burst:
            choice.pieces = std::move(due);
            break;
        case Mode::pieces:
            // One reply alone, then all side by side.
            if (moments_++ % 2 == 0) {
                const auto pieces = [this](const delayserver::Server::Due& piece) {
                    return exchanges_.at(piece.connection).pieces;
                };
                choice.pieces.push_back(*std::ranges::min_element(due, {}, pieces));
            } else {
                choice.pieces = std::move(due);
            }
            break;
        case Mode::storm:
            due.resize(1 + random_below(due.size()));
            choice.pieces = std::move(due);
            break;
    }
    choice.at = std::ranges::max(choice.pieces, {}, &delayserver::Server::Due::at).at;
    return choice;
}

// Long enough for a request or two, too short for a program to come to rest each time.
std::chrono::microseconds Served::pause_in_storm() {
    constexpr std::size_t longest_us = 200;
    return std::chrono::microseconds(random_below(longest_us));
}

void Served::release(const delayserver::Server::Due& piece) {
    ++events_;
    if (piece.first_piece) {
        --waiting_;
    }
    narrate_("server", (piece.first_piece ? "sends the reply to request "
                                          : "sends the next piece of the reply to request ") +
                           std::to_string(piece.number) +
                           (piece.first_piece && mode_ == Mode::pieces ? ", its first piece" : ""));
    ++exchanges_.at(piece.connection).pieces;
    releasing_first_piece_ = piece.first_piece;
    server_.release(piece.connection);
    releasing_first_piece_ = false;
}

std::uint64_t Served::request_of(std::uint64_t connection) const {
    const auto found = exchanges_.find(connection);
    return found == exchanges_.end() ? 0 : found->second.number;
}

bool Served::complete_but_open() const {
    return std::ranges::any_of(connections_, [&](const Connection& connection) {
        const auto found = exchanges_.find(connection.id);
        return connection.server_open && found != exchanges_.end() && found->second.answered;
    });
}

void Served::accepted(delayserver::ConnectionId id, const sockaddr_in& peer) {
    ++events_;
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_port = htons(server_.port());
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connections_.push_back({.id = id, .client = {peer, own}});
    exchanges_[id] = {};
    narrate_("server", "accepts connection " + std::to_string(id));
}

void Served::requested(delayserver::ConnectionId id, std::uint64_t number, const Request& request) {
    ++events_;
    exchanges_[id] = {.number = number};
    ++evidence_.requests;
    evidence_.in_flight = std::max(evidence_.in_flight, ++waiting_);
    evidence_.longest_delay = std::max(evidence_.longest_delay, request.delay);
    evidence_.sum_of_delays += request.delay;
    narrate_("server", "gets request " + std::to_string(number) + " on connection " +
                           std::to_string(id) + ": " + visible(path_of(request)));
}

void Served::refused(delayserver::ConnectionId id, const delayserver::Refusal& refusal) {
    ++events_;
    narrate_("server", "refuses what came on connection " + std::to_string(id) + ": " +
                           std::to_string(refusal.status) + " " + refusal.reason);
}

void Served::surplus(delayserver::ConnectionId id, std::size_t bytes) {
    ++events_;
    const std::uint64_t number = request_of(id);
    if (number == 0) {
        return;  // more of what was refused
    }
    evidence_.surplus[number] += bytes;
    narrate_("server", "throws away " + std::to_string(bytes) + " bytes that came after request " +
                           std::to_string(number) + ", which should be the last");
}

void Served::replied(delayserver::ConnectionId id, std::uint64_t number) {
    ++events_;
    exchanges_[id].answered = true;
    if (const auto found = composed_.find(number); found != composed_.end()) {
        evidence_.replies.push_back(std::move(found->second));
        composed_.erase(found);
    }
    if (!releasing_first_piece_) {  // otherwise that was all, and it has been told
        narrate_("server", "has sent all of the reply to request " + std::to_string(number));
    }
}

void Served::closed(delayserver::ConnectionId id, bool reset_by_peer) {
    ++events_;
    evidence_.resets += reset_by_peer ? 1 : 0;
    for (Connection& connection : connections_) {
        connection.server_open = connection.server_open && connection.id != id;
    }
    const auto exchange = exchanges_.find(id);
    if (exchange != exchanges_.end() && exchange->second.number != 0 &&
        !exchange->second.answered && !composed_.contains(exchange->second.number)) {
        --waiting_;  // given up before its reply
    }
    exchanges_.erase(id);
    narrate_("server", "connection " + std::to_string(id) +
                           (reset_by_peer ? " was reset by the program" : " is closed"));
}

Reply Served::compose(const Request& request, std::uint64_t number) {
    const bool plain = !request.drip && !request.chunked && !request.reset;
    if (mode_ == Mode::pieces && plain) {
        return compose_in_pieces(request, number);
    }
    const std::string nonce = delayserver::nonce(seed_, number);
    composed_[number] = replied_with(request, nonce);
    if (slow_ && plain) {
        return compose_slowly(request, nonce);
    }
    Reply reply = delayserver::compose(request, nonce);
    if (mode_ == Mode::burst && plain && reply.after == Reply::After::close) {
        reply.after = Reply::After::wait_for_peer;
    }
    return reply;
}

// What the delays asked for add up to includes the time that the bytes take.
Reply Served::compose_slowly(Request request, const std::string& nonce) {
    request.drip = byte_by_byte;
    Reply reply = delayserver::compose(request, nonce);
    const auto pauses = static_cast<int>(reply.piece_ends.size()) - 1;
    const std::chrono::milliseconds dripping = pauses * byte_by_byte;
    evidence_.longest_delay = std::max(evidence_.longest_delay, request.delay + dripping);
    evidence_.sum_of_delays += dripping;
    return reply;
}

// Cuts where clients have their seams: after the first byte, inside the head, inside the blank line
// that ends it, after the first byte of the body, before the last byte, and where chance falls.
// Every other reply has no Content-Length and ends with the connection.
Reply Served::compose_in_pieces(Request request, std::uint64_t number) {
    static constexpr std::size_t short_sizes[] = {0, 1, 100, 5'000, 70'000};
    const std::size_t wanted =
        number <= large_replies ? mebibyte : short_sizes[random_below(std::size(short_sizes))];
    request.size = std::max(request.size, wanted);
    const std::string nonce = delayserver::nonce(seed_, number);
    Reply reply = delayserver::compose(request, nonce);
    composed_[number] = replied_with(request, nonce);
    const bool until_closed = (number + seed_) % 2 == 0 && reply.after == Reply::After::close;
    if (until_closed) {
        remove_content_length(reply);
    } else if (reply.after == Reply::After::close) {
        reply.after = Reply::After::wait_for_peer;
    }
    const std::size_t head = end_of_head(reply);
    const std::size_t size = reply.bytes.size();
    auto& ends = reply.piece_ends;
    ends = {1, 2 + random_below(head - 6), head - 2, head, head + 1, size - 1, size};
    for (int i = 0; i < 3; ++i) {
        ends.push_back(head + random_below(size - head));
    }
    std::ranges::sort(ends);
    const auto repeated = std::ranges::unique(ends);
    ends.erase(repeated.begin(), repeated.end());
    // Half of the bare ends come behind the last bytes, the others together with them.
    if (until_closed && (number + seed_) % 4 == 0) {
        ends.push_back(size);
    }
    return reply;
}

}  // namespace checker
