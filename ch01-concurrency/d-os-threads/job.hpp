// A job: work that goes on in a thread of its own, and how its result gets back to who wants it.
#pragma once

#include <exception>
#include <functional>
#include <thread>

#include "plan.hpp"

/// Begins the work in a new thread at once. Whoever destroys a Job that has not been joined waits
/// for its thread first, so what the work refers to may live on the stack of who made the Job.
class Job {
public:
    /// Ends the program if the system has no thread left: others may wait for this one to begin.
    explicit Job(std::function<Moment()> work) noexcept : thread_([this, work] { run(work); }) {}

    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    /// Waits for the end of the thread, and returns what the work returned or throws what it threw.
    /// To be called once, by one thread.
    Moment join() {
        thread_.join();
        if (error_) {
            std::rethrow_exception(error_);
        }
        return result_;
    }

private:
    void run(const std::function<Moment()>& work) {
        try {
            result_ = work();
        } catch (...) {
            // It can't leave the thread: std::terminate would be called. join() throws it again.
            error_ = std::current_exception();
        }
    }

    // Written by the thread, read only after join(): what comes before the end of a thread happens
    // before what comes after its join, so there is no lock.
    Moment result_{};
    std::exception_ptr error_;
    std::jthread thread_;  // the last member: destroyed, and thereby joined, before the others
};
