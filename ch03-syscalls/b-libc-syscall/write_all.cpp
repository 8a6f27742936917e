// The loop that belongs around every write: write(2), under RETURN VALUE.
#include "write_all.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {  // interrupted: nothing was written, and nothing is wrong
            throw std::system_error(errno, std::system_category(), "write");
        }
    }
}
