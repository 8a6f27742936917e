// Signals at regular intervals: something that interrupts system calls for real.
#pragma once

/// While it exists SIGALRM comes every millisecond, to one of the threads that do not block it. Its
/// handler only counts, and is installed without SA_RESTART: a call that it interrupts returns. One
/// at a time in a process.
class Ticker {
public:
    /// Throws std::system_error, named after the call that failed.
    Ticker();
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;
    ~Ticker();

    /// Sleeps until so many ticks have come from now on. One thread at a time may wait, one that
    /// blocks SIGALRM. Throws std::system_error, named "sem_wait".
    static void wait(int ticks);
};
