// Slow output: half a MiB of numbered lines on stdout between two requests, twice.
// Tricky: if the judge drains slowly, the thread sleeps in write(2) and waits for the judge only.
// Elapsed: 6000 ms.
#include "client.hpp"

namespace {

void print_half_a_mebibyte() {
    const std::string rest = ": fifty-three characters, so that a line has 64 bytes.";
    for (int line = 0; line < 512 * 1024 / 64; ++line) {
        const std::string number = std::to_string(line);
        fixture::print_line(std::string(9 - number.size(), '0') + number + rest);
    }
}

void print_between_requests(const sockaddr_in& server) {
    fixture::work_between_requests(server, print_half_a_mebibyte);
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, print_between_requests);
}
