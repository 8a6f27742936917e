// A reactor thread that knows of each socket before a reply to it can come; 6000 ms.
#include "registered_late.hpp"

int main(int argc, char** argv) {
    return fixture::run(argc, argv, [](const sockaddr_in& server) {
        fixture::Reactor<fixture::Learns::before_the_reply_can_come>().fetch(server);
    });
}
