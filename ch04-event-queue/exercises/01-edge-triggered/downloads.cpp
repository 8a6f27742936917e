// The five requests, and what one step of one of them is.
#include "downloads.hpp"

#include <array>
#include <iostream>
#include <stdexcept>

Downloads::Downloads(const sockaddr_in& server) {
    const std::string host = to_string(server);
    for (Token token = 1; token <= 5; ++token) {
        const std::string delay_ms = std::to_string(6000 - 1000 * token);
        const std::string path = "/" + delay_ms + "/HelloWorld" + std::to_string(token);
        TcpStream stream = TcpStream::connect(server);
        poll_.registry().add(stream.fd(), token, Interest::both, Trigger::edge);
        downloads_.try_emplace(token, std::move(stream), get_request(host, path));
    }
}

void Downloads::wait(Events& events, std::optional<std::chrono::milliseconds> timeout) {
    constexpr int patience = 10;
    stepped_.clear();
    poll_.poll(events, timeout);
    // Whoever sleeps although there is work has another problem: it may never be woken.
    for (auto& [token, rounds] : passed_over_) {
        rounds += timeout ? 1 : 0;
        if (rounds > patience) {
            throw std::logic_error("connection " + std::to_string(token) + " could take a step, " +
                                   "and was passed over in more than ten rounds");
        }
    }
    for (const Event& event : events) {
        passed_over_.try_emplace(event.token, 0);
    }
}

Step Downloads::step(Token token) {
    const Step step = take_step(token);
    if (step == Step::more) {
        passed_over_[token] = 0;
    } else {
        passed_over_.erase(token);
    }
    return step;
}

Step Downloads::take_step(Token token) {
    const auto found = downloads_.find(token);
    if (found == downloads_.end()) {
        return Step::finished;
    }
    if (!stepped_.insert(token).second) {
        throw std::logic_error("connection " + std::to_string(token) +
                               " took two steps in one round");
    }
    auto& [stream, unsent, reply] = found->second;
    if (!unsent.empty()) {
        stream.finish_connect();
        const auto sent = stream.write(unsent);
        unsent.erase(0, sent.value_or(0));
        return sent ? Step::more : Step::would_block;
    }
    std::array<char, 1024> buffer;
    const auto size = stream.read(buffer);
    if (!size) {
        return Step::would_block;
    }
    if (*size == 0) {
        reply.end_of_file();
    } else {
        reply.take({buffer.data(), *size});
    }
    if (!reply.complete()) {
        return Step::more;
    }
    if (reply.status() != 200) {
        throw std::runtime_error("the server answered with status " +
                                 std::to_string(reply.status()));
    }
    std::cout << "RECEIVED: " << reply.body() << '\n' << std::flush;
    poll_.registry().remove(stream.fd());
    downloads_.erase(found);
    return Step::finished;
}
