// Waiting is parking, with the address left where somebody will look for it.
#include "completion.hpp"

void Completion::finish(std::exception_ptr error) {
    // your code
    over_ = true;
    error_ = error;
    for (Fibers::Fiber* const fiber : waiting_) {
        fibers_.wake(fiber);
    }
    waiting_.clear();
    // end
}

void Completion::wait() {
    // your code
    if (!over_) {
        waiting_.push_back(fibers_.current());
        fibers_.park();
    }
    if (error_) {
        std::rethrow_exception(error_);
    }
    // end
}
