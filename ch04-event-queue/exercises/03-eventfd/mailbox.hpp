// How the worker's thread hands lines to the loop's thread, which sleeps in Poll::poll(). It is
// your part.
#pragma once

#include <string>
#include <vector>

#include "owned_fd.hpp"
#include "shelf.hpp"

/// A shelf with a bell. The bell is an eventfd, a descriptor that is readable once it has been
/// rung, until it is read.
class Mailbox {
public:
    /// Throws std::system_error, named eventfd, when the process has no descriptor left.
    Mailbox();

    /// The bell's, for a Registry: level-triggered. Stays this mailbox's.
    [[nodiscard]] int fd() const noexcept { return bell_.get(); }

    /// Leaves `lines`, at least one, in the mailbox, and wakes whoever waits for fd(). For the
    /// worker's thread; never waits for the other. Throws std::system_error if the bell can't be
    /// rung, which ends the program: nobody catches it on that thread.
    void post(std::vector<std::string> lines);

    /// All lines that are there, in the order in which they were posted; none of them is announced
    /// by fd() again. For the loop's thread; never waits. Throws std::system_error if the bell
    /// can't be read.
    [[nodiscard]] std::vector<std::string> take_all();

private:
    OwnedFd bell_;
    Shelf shelf_;
};
