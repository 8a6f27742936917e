// A pipe, by pipe2(2).
#include "pipe.hpp"

#include <fcntl.h>

#include <array>

Pipe make_pipe() {
    std::array<int, 2> ends{};
    const int result = ::pipe2(ends.data(), O_CLOEXEC);
    return {OwnedFd(result < 0 ? result : ends[0], "pipe2"),
            OwnedFd(result < 0 ? result : ends[1], "pipe2")};
}
