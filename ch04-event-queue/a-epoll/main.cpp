// Five requests at once on one thread: nothing waits for one connection, everything waits for all.
#include <array>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http.hpp"
#include "poll.hpp"
#include "tcp_stream.hpp"

namespace {

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

/// Sends as much as the connection takes now. Told too often, it finds nothing left to send.
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

/// Takes in all that has come. Must not stop while there may be more: an edge is told only once.
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

/// Flushed, so that whoever reads us through a pipe sees each reply when it comes.
void print(const std::string& label, std::string_view text) {
    std::cout << label << text << '\n' << std::flush;
    if (!std::cout) {
        throw std::runtime_error("stdout takes no more");
    }
}

void print_reply(const ResponseReader& reply) {
    if (reply.status() != 200) {
        throw std::runtime_error("the server answered with status " +
                                 std::to_string(reply.status()));
    }
    print("RECEIVED: ", reply.body());
}

void fetch_all(const sockaddr_in& server) {
    Poll poll;
    Exchanges exchanges;
    for (Token token = 1; token <= 5; ++token) {
        start_exchange(token, server, exchanges, poll.registry());
    }
    Events events;
    while (!exchanges.empty()) {
        poll.poll(events);
        for (const Event& event : events) {
            const auto found = exchanges.find(event.token);
            if (found == exchanges.end()) {
                continue;  // over already: not ours any more
            }
            Exchange& exchange = found->second;
            if (event.writable) {
                send_request(exchange);
            }
            if (event.readable) {
                receive_reply(exchange);
            }
            if (exchange.reply.complete()) {
                print_reply(exchange.reply);
                poll.registry().remove(exchange.stream.fd());
                exchanges.erase(found);
            }
        }
    }
    print("FINISHED", "");
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "127.0.0.1:8080";
    const auto server = parse_address(argument);
    if (!server || argc > 2) {
        std::cerr << "ch04-a takes one HOST:PORT, with an IPv4 address or localhost as HOST\n";
        return 2;
    }
    try {
        fetch_all(*server);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
