// A lock for processes that take turns: the build tree's, the progress file's.
#pragma once

#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>

#include "fd.hpp"

namespace checker {

/// Holds flock(2) on a file for as long as it lives. The file is made if need be, and stays.
class FileLock {
public:
    /// Waits for whoever has it. Throws std::system_error.
    explicit FileLock(const std::filesystem::path& file)
        : fd_(checked(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666),
                      ("open " + file.string()).c_str())) {
        while (::flock(fd_.get(), LOCK_EX) != 0) {
            if (errno != EINTR) {
                throw_errno("flock " + file.string());
            }
        }
    }

private:
    Fd fd_;
};

}  // namespace checker
