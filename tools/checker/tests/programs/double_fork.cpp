// Double fork: two orphaned grandchildren make the requests and pass the replies back by pipes.
// Tricky: they aren't below the program any more, and the second has the longer delay.
// Elapsed: 3500 ms: 2000 and 3000 at once, then 500 by the program itself.
#include <unistd.h>

#include <array>

#include "client.hpp"

namespace {

/// Starts a grandchild whose parent is gone when this returns; its reply comes by the result.
fixture::Fd start_orphan(const sockaddr_in& server, fixture::milliseconds delay,
                         const char* message) {
    fixture::Pipe pipe;
    const pid_t child = fixture::fork_child([&] {
        fixture::checked(setsid(), "setsid");
        // Nobody waits for the grandchild here: as a daemon's, its end is init's business.
        fixture::fork_child([&] {
            fixture::write_all(pipe.write_end.get(), fixture::get(server, delay, message));
        });
    });
    fixture::wait_for_child(child);
    return std::move(pipe.read_end);
}

std::string read_to_end(int fd) {
    std::string text;
    std::array<char, 4096> buffer;
    while (const auto size = fixture::read_some(fd, buffer.data(), buffer.size())) {
        text.append(buffer.data(), size);
    }
    return text;
}

void orphans_request(const sockaddr_in& server) {
    const auto first = start_orphan(server, fixture::milliseconds{2000}, "HelloWorld1");
    const auto second = start_orphan(server, fixture::milliseconds{3000}, "HelloWorld2");
    fixture::print_received(read_to_end(first.get()));
    fixture::print_received(read_to_end(second.get()));
    fixture::print_received(fixture::get(server, fixture::milliseconds{500}, "HelloWorld3"));
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, orphans_request);
}
