// Opens as many connections as it can, in as many processes as it takes to have more than the
// server has descriptors, and holds them all; asks for nothing.
// Verdict: stuck, or the time limit while connections are still waiting to be accepted.
#include <sys/resource.h>
#include <sys/socket.h>

#include "../programs/client.hpp"
#include "contained.hpp"

namespace {

void hold_connections(const sockaddr_in& server, int most) {
    for (int i = 0; i < most; ++i) {
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd == -1 ||
            connect(fd, reinterpret_cast<const sockaddr*>(&server), sizeof server) == -1) {
            break;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    hostile::only_in_containment();
    return fixture::run(argc, argv, [](const sockaddr_in& server) {
        constexpr int processes = 4;
        for (int i = 0; i < processes; ++i) {
            fixture::fork_child([&server] {
                hold_connections(server, 500);
                for (;;) {
                    pause();
                }
            });
        }
        for (;;) {
            pause();
        }
    });
}
