// Wrong: one request, answered and printed, FINISHED printed, but an exit status of 3.
// Elapsed and output are right (1000 ms).
// Verdict: exit status 3 instead of 0.
#include "client.hpp"

namespace {

void one_request(const sockaddr_in& server) {
    fixture::print_received(fixture::get(server, fixture::milliseconds{1000}, "HelloWorld1"));
}

}  // namespace

int main(int argc, char** argv) {
    const int status = fixture::run(argc, argv, one_request);
    return status == 0 ? 3 : status;
}
