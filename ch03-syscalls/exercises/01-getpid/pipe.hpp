// A pipe: bytes written into one end come out at the other; pipe(7).
#pragma once

#include "owned_fd.hpp"

/// The ends of a pipe. The kernel keeps what is written until it is read, up to the pipe's
/// capacity; then a write waits for room.
struct Pipe {
    OwnedFd reader;
    OwnedFd writer;
};

/// Throws std::system_error, named "pipe2".
Pipe make_pipe();
