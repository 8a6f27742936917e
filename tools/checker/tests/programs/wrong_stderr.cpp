// Wrong: one request, answered and printed, exit status 0, but a line on stderr.
// Elapsed and stdout are right (1000 ms).
// Verdict: unexpected output on stderr.
#include <unistd.h>

#include "client.hpp"

namespace {

void warn(const sockaddr_in& server) {
    fixture::print_received(fixture::get(server, fixture::milliseconds{1000}, "HelloWorld1"));
    fixture::write_all(STDERR_FILENO, "warning: something is odd\n");
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, warn);
}
