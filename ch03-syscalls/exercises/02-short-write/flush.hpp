// What a program does with bytes for somebody who can't take them all at once.
#pragma once

#include <string>

/// Writes as much of `unsent` to `fd` as it takes now, and removes from it what was written. `fd`
/// is non-blocking. Returns true if nothing is left, false if it would block. Throws
/// std::system_error, named "write", for every other error.
bool flush(int fd, std::string& unsent);
