// A thread that answers: whoever asks it sleeps until the answer is there.
#pragma once

#include <future>

#include "pipe.hpp"

/// A thread with a pipe to it and a pipe back, which sends back each byte that comes.
class Echo {
public:
    /// Throws std::system_error, named "pipe2".
    Echo();

    /// Sends a byte there and waits for it to come back: two threads are woken, two fall asleep.
    /// Throws std::system_error, named "read" or "write".
    void round_trip();

private:
    Echo(Pipe there, Pipe back);

    std::future<void> thread_;  // its destructor waits for the thread,
    OwnedFd to_;                // which ends when this end of its pipe is closed, so before
    OwnedFd from_;
};
