// What a fiber that comes to an end shares with all those that wait for it.
#pragma once

#include <exception>
#include <vector>

#include "fibers.hpp"

/// The end of one fiber's work. For fibers of `fibers` only.
class Completion {
public:
    explicit Completion(Fibers& fibers) : fibers_(fibers) {}

    /// To be called once, by the fiber that comes to its end. All that wait go on, in the order in
    /// which they came.
    void finish(std::exception_ptr error);

    /// Returns when finish() has been called; at once if that has happened already. Throws what it
    /// was called with, if it was an exception. Any number of fibers may wait, and each gets it.
    void wait();

private:
    Fibers& fibers_;
    bool over_ = false;
    std::exception_ptr error_;
    std::vector<Fibers::Fiber*> waiting_;
};
