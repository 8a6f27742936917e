// Wrong: three requests in a row, all answered and printed, but no socket is ever closed.
// Elapsed and output are right (3000 ms).
// Verdict: 3 descriptors open at exit.
#include "client.hpp"

namespace {

void never_close(const sockaddr_in& server) {
    for (int i = 1; i <= 3; ++i) {
        fixture::Exchange exchange(server, fixture::milliseconds{1000},
                                   "HelloWorld" + std::to_string(i));
        fixture::print_received(exchange.finish());
        static_cast<void>(exchange.release_socket());
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, never_close);
}
