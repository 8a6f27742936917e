// Waiting is parking, with the address left where somebody will look for it.
#include "completion.hpp"

void Completion::finish(std::exception_ptr error) {
    // your code
    error_ = error;
    // end
}

void Completion::wait() {
    // your code
    if (over_) {
        fibers_.yield();
    }
    // end
}
