// A file descriptor with an owner. It knows nothing of what the descriptor stands for.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

/// Owns one descriptor and closes it. It can be moved into a new owner, not copied; what was moved
/// from owns nothing.
class OwnedFd {
public:
    /// Takes over what the system call `call` returned. Throws std::system_error, with errno and
    /// the name `call`, if that is negative.
    OwnedFd(int fd, const char* call) : fd_(fd) {
        if (fd < 0) {
            throw std::system_error(errno, std::system_category(), call);
        }
    }
    OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    ~OwnedFd() {
        if (fd_ >= 0) {
            // Whatever it returns, the descriptor is free again, and nobody may close it twice.
            ::close(fd_);
        }
    }

    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};
