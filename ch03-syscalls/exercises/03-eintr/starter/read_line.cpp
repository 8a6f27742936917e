// Reading with interruptions: read(2), under RETURN VALUE and EINTR.
#include "read_line.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

// your code
std::string read_line(int fd) {
    std::string line;
    char letter = 0;
    while (true) {
        const ssize_t size = ::read(fd, &letter, 1);
        if (size < 0) {
            throw std::system_error(errno, std::system_category(), "read");
        }
        if (size == 0 || letter == '\n') {
            return line;
        }
        line += letter;
    }
}
// end
