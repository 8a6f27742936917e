// Sends five requests and leaves: "at once", before any reply, or "unread", when the first reply is
// in its socket and nothing of it was read, which makes the kernel reset that connection.
#include <poll.h>

#include <string_view>

#include "../programs/client.hpp"
#include "contained.hpp"

int main(int argc, char** argv) {
    hostile::only_in_containment();
    static const bool at_once = std::string_view(argv[argc - 1]) == "at once";
    return fixture::run(argc - 1, argv, [](const sockaddr_in& server) {
        std::vector<fixture::Exchange> exchanges;
        for (int i = 1; i <= 5; ++i) {
            exchanges.emplace_back(server, fixture::milliseconds{i * 1000}, "HelloWorld");
        }
        if (!at_once) {
            pollfd first{.fd = exchanges.front().fd(), .events = POLLIN, .revents = 0};
            fixture::checked(poll(&first, 1, -1), "poll");
        }
        std::_Exit(0);
    });
}
