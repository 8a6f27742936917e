// write(2), finished. It knows nothing of what the descriptor stands for.
#pragma once

#include <string_view>

/// Writes all of `bytes` to `fd`, however many calls that takes: after a short write it goes on
/// where the kernel stopped, after a signal it tries again. Blocks while `fd` takes nothing. Throws
/// std::system_error, named "write", if the kernel refuses; what it had taken by then is written,
/// and nobody knows how much that was.
void write_all(int fd, std::string_view bytes);
