// An owned file descriptor, and the one way this tool turns errno into an exception.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace checker {

/// Throws std::system_error for the current errno; the text names the failing call and its object.
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

/// Owns one descriptor and closes it. Movable, not copyable; -1 means that it owns none.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    void reset() {
        if (fd_ >= 0) {
            ::close(fd_);
            fd_ = -1;
        }
    }

private:
    int fd_ = -1;
};

}  // namespace checker
