// What a program does with bytes for somebody who can't take them all at once.
#pragma once

#include <string>

/// Writes `unsent` to `fd`, which is non-blocking, until nothing is left or the kernel says that it
/// would block, and removes what was written. Never waits. Returns true if nothing is left, false
/// if it would block. Throws std::system_error, named "write", for every other error.
bool flush(int fd, std::string& unsent);
