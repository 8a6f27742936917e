// Busy: burns about 30 ms of CPU between two requests, twice.
// Tricky: it is busy with its own work, not spinning for a reply, and will send another request.
// Elapsed: 6000 ms.
#include <ctime>

#include "client.hpp"

namespace {

long cpu_nanoseconds() {
    timespec used{};
    fixture::checked(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used), "clock_gettime");
    return used.tv_sec * 1'000'000'000L + used.tv_nsec;
}

void burn_thirty_milliseconds() {
    const long end = cpu_nanoseconds() + 30'000'000;
    while (cpu_nanoseconds() < end) {
    }
}

void compute_between_requests(const sockaddr_in& server) {
    fixture::work_between_requests(server, burn_thirty_milliseconds);
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, compute_between_requests);
}
