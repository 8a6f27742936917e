// A line from a descriptor, whatever signals come meanwhile.
#pragma once

#include <string>

/// Reads `fd` byte by byte up to the end of a line, which is not part of the result. At the end of
/// all there is to read it returns what came before that, perhaps nothing. Throws
/// std::system_error, named "read", if the kernel refuses; to be interrupted is no refusal.
std::string read_line(int fd);
