// Writing without waiting: write(2), under RETURN VALUE and EAGAIN.
#include "flush.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

// your code
bool flush(int fd, std::string& unsent) {
    if (::write(fd, unsent.data(), unsent.size()) < 0) {
        throw std::system_error(errno, std::system_category(), "write");
    }
    unsent.clear();
    return true;
}
// end
