// The same five requests with Asio: begin an operation, and say what is to be done when it is over.
#include <array>
#include <asio.hpp>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "address.hpp"
#include "http.hpp"

namespace {

using asio::ip::tcp;

/// One request and its reply, on a connection of their own. Asio works on these members for as long
/// as an operation is under way, so its callback holds a share; the last one to go closes the
/// connection.
struct Exchange {
    tcp::socket socket;
    std::string request;
    ResponseReader reply;
    std::array<char, 16'384> buffer;
};

using SharedExchange = std::shared_ptr<Exchange>;

// In the order in which they happen: each is begun by the one before it, when that is over.
void send_request(const SharedExchange& exchange);
void receive_reply(const SharedExchange& exchange);
void print_reply(const ResponseReader& reply);

void start_exchange(int number, const tcp::endpoint& server, asio::io_context& io) {
    const std::string delay_ms = std::to_string(6000 - 1000 * number);
    const std::string path = "/" + delay_ms + "/HelloWorld" + std::to_string(number);
    const auto exchange =
        std::make_shared<Exchange>(tcp::socket(io), get_request(to_string(server), path));
    exchange->socket.async_connect(server, [exchange, server](const asio::error_code& error) {
        if (error) {
            throw std::system_error(error, "connect to " + to_string(server));
        }
        send_request(exchange);
    });
}

/// The callback comes when all of it is sent, in however many writes.
void send_request(const SharedExchange& exchange) {
    const auto sent = [exchange](const asio::error_code& error, std::size_t) {
        if (error) {
            throw std::system_error(error, "write");
        }
        receive_reply(exchange);
    };
    asio::async_write(exchange->socket, asio::buffer(exchange->request), sent);
}

/// The callback comes with every piece, and asks for the next until the reply is whole.
void receive_reply(const SharedExchange& exchange) {
    const auto received = [exchange](const asio::error_code& error, std::size_t size) {
        if (error == asio::error::eof) {
            exchange->reply.end_of_file();
        } else if (error) {
            throw std::system_error(error, "read");
        } else {
            exchange->reply.take({exchange->buffer.data(), size});
        }
        if (exchange->reply.complete()) {
            print_reply(exchange->reply);
        } else {
            receive_reply(exchange);
        }
    };
    exchange->socket.async_read_some(asio::buffer(exchange->buffer), received);
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

void fetch_all(const tcp::endpoint& server) {
    asio::io_context io;
    for (int number = 1; number <= 5; ++number) {
        start_exchange(number, server, io);
    }
    io.run();
    print("FINISHED", "");
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "127.0.0.1:8080";
    const auto server = parse_address(argument);
    if (!server || argc > 2) {
        std::cerr << "ch04-b takes one HOST:PORT, with an IPv4 address or localhost as HOST\n";
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
