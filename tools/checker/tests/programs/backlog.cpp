// Backlog: waits for a byte on stdin; then four threads connect at once and send a request each,
// 1000 to 4000 ms.
// Tricky: with a backlog of 1, two of the connections are refused without a word, and the kernel
// tries again a second later. Elapsed: 4000 ms all the same.
#include <unistd.h>

#include <future>

#include "client.hpp"

namespace {

void connect_all_at_once(const sockaddr_in& server) {
    fixture::print_line("connecting to " + std::to_string(ntohs(server.sin_port)));
    char go = 0;
    fixture::read_some(STDIN_FILENO, &go, 1);
    std::vector<std::future<std::string>> replies;
    for (int i = 1; i <= 4; ++i) {
        replies.push_back(std::async(std::launch::async, [server, i] {
            return fixture::get(server, fixture::milliseconds{i * 1000}, "HelloWorld");
        }));
    }
    for (auto& reply : replies) {
        fixture::print_received(reply.get());
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, connect_all_at_once);
}
