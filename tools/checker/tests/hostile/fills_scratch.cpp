// Writes to one file in its own folder without an end. Verdict: death by SIGXFSZ at the limit.
#include <fcntl.h>

#include <string>

#include "../programs/client.hpp"
#include "contained.hpp"

int main() {
    hostile::only_in_containment();
    const fixture::Fd file(
        fixture::checked_int(open("full", O_WRONLY | O_CREAT | O_CLOEXEC, 0600), "open"));
    const std::string block(65536, 'x');
    for (;;) {
        fixture::write_all(file.get(), block);
    }
}
