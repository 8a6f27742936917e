// The five exchanges as in stage a, each reply printed with the tick at which it was whole.
#include "session.hpp"

#include <array>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace {

constexpr std::uint64_t ticks_held_up = 10;

}  // namespace

Session::Session(const sockaddr_in& server) {
    const std::string host = to_string(server);
    for (Token token = 1; token <= 5; ++token) {
        const std::string delay_ms = std::to_string(6000 - 1000 * token);
        const std::string path = "/" + delay_ms + "/HelloWorld" + std::to_string(token);
        TcpStream stream = TcpStream::connect(server);
        poll_.registry().add(stream.fd(), token, Interest::both, Trigger::edge);
        exchanges_.try_emplace(token, std::move(stream), get_request(host, path));
    }
}

void Session::wait(Events& events) {
    if (!was_held_up_) {
        was_held_up_ = true;
        // Nothing has been sent yet, so no reply is late because of this.
        std::this_thread::sleep_for(ticks_held_up * tick_length + tick_length / 2);
    }
    poll_.poll(events);
}

void Session::act(const Event& event) {
    const auto found = exchanges_.find(event.token);
    if (found == exchanges_.end()) {
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
        print(exchange.reply);
        poll_.registry().remove(exchange.stream.fd());
        exchanges_.erase(found);
    }
}

void Session::count(std::uint64_t ticks) {
    if (ticks == 0) {
        throw std::logic_error("0 ticks were counted: the timer was set anew before it was read");
    }
    if (ticks_ == 0 && ticks < ticks_held_up) {
        throw std::logic_error("the thread was held up for " + std::to_string(ticks_held_up) +
                               " ticks, and then " + std::to_string(ticks) + " was counted");
    }
    ticks_ += ticks;
    // The timer was started after begin_, and is never early: a right count can't be above this.
    const auto passed = std::chrono::steady_clock::now() - begin_;
    if (passed < tick_length * ticks_) {
        throw std::logic_error(std::to_string(ticks_) + " ticks were counted, and only " +
                               std::to_string(passed / tick_length) + " can have passed");
    }
}

void Session::send_request(Exchange& exchange) {
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

void Session::receive_reply(Exchange& exchange) {
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

void Session::print(const ResponseReader& reply) const {
    if (reply.status() != 200) {
        throw std::runtime_error("the server answered with status " +
                                 std::to_string(reply.status()));
    }
    std::cout << "RECEIVED: " << reply.body() << " (tick " << ticks_ << ")\n" << std::flush;
}
