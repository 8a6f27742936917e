// Closes descriptors under itself. "output": stdout and stderr between two requests, then it exits
// with 0, which is no crime as such. "all": everything, then it sleeps, and is stuck.
#include <string_view>

#include "../programs/client.hpp"
#include "contained.hpp"

int main(int argc, char** argv) {
    hostile::only_in_containment();
    if (std::string_view(argv[argc - 1]) == "all") {
        close_range(0, ~0U, 0);
        for (;;) {
            pause();
        }
    }
    // Not fixture::run, which prints at the end.
    return fixture::run(argc, argv, [](const sockaddr_in& server) {
        fixture::print_received(fixture::get(server, fixture::milliseconds{1000}, "HelloWorld1"));
        close_range(1, 2, 0);
        fixture::get(server, fixture::milliseconds{2000}, "HelloWorld2");
        std::_Exit(0);
    });
}
