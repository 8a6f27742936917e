// Five replies are received on one thread and worked on by another, which must wake the first when
// it has something to print.
#include <array>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http.hpp"
#include "mailbox.hpp"
#include "poll.hpp"
#include "tcp_stream.hpp"
#include "worker.hpp"

namespace {

constexpr Token mailbox_token = 0;
constexpr std::size_t requests = 5;
constexpr std::size_t lines_for_each = 2;

/// One request and its reply, on a connection of their own.
struct Exchange {
    TcpStream stream;
    std::string unsent;
    ResponseReader reply;
};

/// Those that are not over yet, by their tokens.
using Exchanges = std::map<Token, Exchange>;

void start_exchange(Token token, const sockaddr_in& server, Exchanges& exchanges,
                    Registry registry) {
    const std::string delay_ms = std::to_string(6000 - 1000 * token);
    const std::string path = "/" + delay_ms + "/HelloWorld" + std::to_string(token);
    TcpStream stream = TcpStream::connect(server);
    registry.add(stream.fd(), token, Interest::both, Trigger::edge);
    exchanges.try_emplace(token, std::move(stream), get_request(to_string(server), path));
}

void send_request(Exchange& exchange) {
    if (exchange.unsent.empty()) {
        return;
    }
    exchange.stream.finish_connect();
    while (!exchange.unsent.empty()) {
        const auto sent = exchange.stream.write(exchange.unsent);
        if (!sent) {
            return;
        }
        exchange.unsent.erase(0, *sent);
    }
}

void receive_reply(Exchange& exchange) {
    std::array<char, 16'384> buffer;
    while (!exchange.reply.complete()) {
        const auto size = exchange.stream.read(buffer);
        if (!size) {
            return;
        }
        if (*size == 0) {
            exchange.reply.end_of_file();
        } else {
            exchange.reply.take({buffer.data(), *size});
        }
    }
}

/// Does what can be done on a connection. A reply that is whole goes to the worker.
void act(const Event& event, Exchanges& exchanges, Registry registry, Worker& worker) {
    const auto found = exchanges.find(event.token);
    if (found == exchanges.end()) {
        return;
    }
    Exchange& exchange = found->second;
    if (event.writable) {
        send_request(exchange);
    }
    if (event.readable) {
        receive_reply(exchange);
    }
    if (exchange.reply.complete()) {
        if (exchange.reply.status() != 200) {
            throw std::runtime_error("the server answered with status " +
                                     std::to_string(exchange.reply.status()));
        }
        worker.give(exchange.reply.body());
        registry.remove(exchange.stream.fd());
        exchanges.erase(found);
    }
}

/// Sleeps in one place only, for five connections and for the worker's lines.
void fetch_all(const sockaddr_in& server) {
    Poll poll;
    Mailbox mailbox;
    poll.registry().add(mailbox.fd(), mailbox_token, Interest::readable, Trigger::level);
    Worker worker(mailbox);
    Exchanges exchanges;
    for (Token token = 1; token <= requests; ++token) {
        start_exchange(token, server, exchanges, poll.registry());
    }
    Events events;
    for (std::size_t printed = 0; printed < requests * lines_for_each;) {
        poll.poll(events);
        for (const Event& event : events) {
            if (event.token != mailbox_token) {
                act(event, exchanges, poll.registry(), worker);
                continue;
            }
            for (const std::string& line : mailbox.take_all()) {
                std::cout << line << '\n' << std::flush;
                ++printed;
            }
        }
    }
    std::cout << "FINISHED\n" << std::flush;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "127.0.0.1:8080";
    const auto server = parse_address(argument);
    if (!server || argc > 2) {
        std::cerr << "ch04-03 takes one HOST:PORT, with an IPv4 address or localhost as HOST\n";
        return 2;
    }
    try {
        std::cout.exceptions(std::ios::failbit | std::ios::badbit);
        fetch_all(*server);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
