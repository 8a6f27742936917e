// A reactor thread that learns of the sockets when all requests are sent, and drops the events of
// those it doesn't know. As long as no reply comes before the last request, that goes well.
#include "registered_late.hpp"

int main(int argc, char** argv) {
    return fixture::run(argc, argv, [](const sockaddr_in& server) {
        fixture::Reactor<fixture::Learns::when_all_are_sent>().fetch(server);
    });
}
