// Wrong: one request, answered and printed; then a write to a page that may only be read.
// The signal's default action is restored, lest a sanitizer turn it into an exit status.
// Verdict: killed by SIGSEGV, at 1000 ms, no FINISHED.
#include <sys/mman.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "client.hpp"

namespace {

void write_to_read_only_page(const sockaddr_in& server) {
    fixture::print_received(fixture::get(server, fixture::milliseconds{1000}, "HelloWorld1"));
    if (std::signal(SIGSEGV, SIG_DFL) == SIG_ERR) {
        throw std::system_error(errno, std::generic_category(), "signal");
    }
    void* const page = mmap(nullptr, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "mmap");
    }
    *static_cast<volatile char*>(page) = 1;
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, write_to_read_only_page);
}
