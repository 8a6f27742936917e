// Somebody who types slowly, and shakes the table meanwhile.
#pragma once

#include <string>

/// While it exists a signal comes every millisecond, SIGALRM, handled without SA_RESTART. The
/// handler of every third writes a letter of `text` to a descriptor, until all are written; before
/// each line it lets 120 go by. One at a time in a process.
class Typist {
public:
    /// `fd` stays the caller's, and must outlive this. Throws std::system_error, named after the
    /// call that failed.
    Typist(int fd, std::string text);
    Typist(const Typist&) = delete;
    Typist& operator=(const Typist&) = delete;
    ~Typist();

    /// How many signals have been handled since it began.
    static int ticks();
};
