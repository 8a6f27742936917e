// Sequential: five requests, one after the other, 5000 down to 1000 ms.
// Tricky: nothing. Between two requests the program is briefly awake with nothing outstanding.
// Elapsed: 15000 ms.
#include "client.hpp"

namespace {

void five_in_a_row(const sockaddr_in& server) {
    for (int i = 1; i <= 5; ++i) {
        const fixture::milliseconds delay{(6 - i) * 1000};
        fixture::print_received(fixture::get(server, delay, "HelloWorld" + std::to_string(i)));
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, five_in_a_row);
}
