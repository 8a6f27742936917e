// Writing, finished. It knows nothing of what a descriptor stands for, nor of the system below.
#pragma once

#include <string_view>

/// Writes all of `bytes` to `fd`, however many calls that takes: 1 is standard output, 2 standard
/// error. Returns when the kernel has taken the last byte, and blocks until then. Throws
/// std::system_error, named "write", if the kernel refuses; what it had taken by then is written,
/// and the caller doesn't learn how much that was.
void write_all(int fd, std::string_view bytes);
