// A file descriptor with one owner. Not a stream: reading and writing is the user's business.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace delayserver {

/// Throws std::system_error for the current errno; `what` names the call that failed.
[[noreturn]] inline void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// Returns `result` unless it is negative; then throws for errno.
template <typename Number>
Number checked(Number result, const char* call) {
    if (result < 0) {
        throw_errno(call);
    }
    return result;
}

/// Owns a descriptor, or none (-1). Closing an owned descriptor can't be retried on Linux, whatever
/// close() returns (close(2), "Dealing with error returns"), so its result is of no use here.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    /// Takes the result of a system call; throws std::system_error naming `call` if it is -1.
    Descriptor(int fd, const char* call) : fd_(checked(fd, call)) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() { reset(); }

    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ != -1; }
    void reset() noexcept {
        if (fd_ != -1) {
            ::close(std::exchange(fd_, -1));
        }
    }

private:
    int fd_ = -1;
};

}  // namespace delayserver
