// A reader that lets the writer wait.
#include "slow_reader.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "ticker.hpp"

namespace {

// What read(2) brings, at most `most` bytes; nothing at the end.
std::string read_some(int fd, std::size_t most) {
    std::string bytes(most, '\0');
    ssize_t size = 0;
    do {
        size = ::read(fd, bytes.data(), bytes.size());
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        throw std::system_error(errno, std::system_category(), "read");
    }
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
}

void leave_signals_to_others() {
    sigset_t alarms;
    ::sigemptyset(&alarms);
    ::sigaddset(&alarms, SIGALRM);
    if (const int error = ::pthread_sigmask(SIG_BLOCK, &alarms, nullptr); error != 0) {
        throw std::system_error(error, std::system_category(), "pthread_sigmask");
    }
}

}  // namespace

void Tally::add(std::string_view text) {
    bytes += text.size();
    for (const char byte : text) {
        checksum = (checksum ^ static_cast<unsigned char>(byte)) * 1'099'511'628'211U;
    }
}

Tally read_slowly(OwnedFd fd) {
    leave_signals_to_others();
    Tally tally;
    // A full pipe has room again when a whole page of it has been read.
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    for (int pages = 0; pages < 2; ++pages) {
        Ticker::wait(3);
        tally.add(read_some(fd.get(), page));
    }
    Ticker::wait(120);
    for (std::string bytes; !(bytes = read_some(fd.get(), 16 * page)).empty();) {
        tally.add(bytes);
    }
    return tally;
}
