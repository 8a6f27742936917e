// What can be done on one connection, as in stage a.
#include "exchange.hpp"

#include <array>
#include <iostream>
#include <stdexcept>

namespace {

std::string request_of(Token number, const sockaddr_in& server) {
    const std::string delay_ms = std::to_string(10'000 - 1000 * number);
    return get_request(to_string(server), "/" + delay_ms + "/HelloWorld" + std::to_string(number));
}

}  // namespace

Exchange::Exchange(Token number, const sockaddr_in& server)
    : stream_(TcpStream::connect(server)), unsent_(request_of(number, server)) {}

void Exchange::send_request() {
    while (!unsent_.empty()) {
        const auto sent = stream_.write(unsent_);
        if (!sent) {
            return;
        }
        unsent_.erase(0, *sent);
    }
}

void Exchange::receive_reply() {
    std::array<char, 16'384> buffer;
    while (!reply_.complete()) {
        const auto size = stream_.read(buffer);
        if (!size) {
            return;
        }
        if (*size == 0) {
            reply_.end_of_file();
        } else {
            reply_.take({buffer.data(), *size});
        }
    }
    if (reply_.status() != 200) {
        throw std::runtime_error("the server answered with status " +
                                 std::to_string(reply_.status()));
    }
}

void Exchange::print() const {
    std::cout << "RECEIVED: " << reply_.body() << '\n' << std::flush;
}

void print_failure(Token number, const std::exception& why) {
    std::cerr << "FAILED: connection " << number << ": " << why.what() << '\n';
}
