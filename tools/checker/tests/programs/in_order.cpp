// In order: five requests at once on five connections, then five reads in the order of sending.
// Tricky: the longest is first, so four replies pile up unread, and unread is not "not waiting".
// Elapsed: 5000 ms.
#include "client.hpp"

namespace {

void read_in_order_of_sending(const sockaddr_in& server) {
    std::vector<fixture::Exchange> exchanges;
    for (int i = 1; i <= 5; ++i) {
        const fixture::milliseconds delay{(6 - i) * 1000};
        exchanges.emplace_back(server, delay, "HelloWorld" + std::to_string(i));
    }
    for (auto& exchange : exchanges) {
        fixture::print_received(exchange.finish());
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, read_in_order_of_sending);
}
