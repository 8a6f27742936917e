// Writing without waiting: write(2), under RETURN VALUE and EAGAIN.
#include "flush.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

// your code
// EINTR can't come here: it is the answer to a call that slept, and this one never does.
bool flush(int fd, std::string& unsent) {
    while (!unsent.empty()) {
        const ssize_t written = ::write(fd, unsent.data(), unsent.size());
        if (written >= 0) {
            unsent.erase(0, static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            return false;
        } else {
            throw std::system_error(errno, std::system_category(), "write");
        }
    }
    return true;
}
// end
