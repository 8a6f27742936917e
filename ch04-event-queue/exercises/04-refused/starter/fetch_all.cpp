// All exchanges at once, each with an end of its own.
#include <map>
#include <stdexcept>
#include <utility>

#include "exchange.hpp"

std::size_t fetch_all(const std::vector<sockaddr_in>& servers) {
    Poll poll;
    Events events;
    std::map<Token, Exchange> exchanges;  // the unfinished ones
    std::size_t failed = 0;
    // your code
    for (Token number = 1; number <= servers.size(); ++number) {
        Exchange exchange(number, servers[number - 1]);
        poll.registry().add(exchange.fd(), number, Interest::both, Trigger::edge);
        exchanges.try_emplace(number, std::move(exchange));
    }
    while (!exchanges.empty()) {
        poll.poll(events);
        for (const Event& event : events) {
            const auto found = exchanges.find(event.token);
            if (found == exchanges.end()) {
                continue;  // over already
            }
            Exchange& exchange = found->second;
            if (event.writable) {
                exchange.send_request();
            }
            if (event.readable) {
                exchange.receive_reply();
            }
            if (exchange.complete()) {
                exchange.print();
                poll.registry().remove(exchange.fd());
                exchanges.erase(found);
            }
        }
    }
    // end
    return failed;
}
