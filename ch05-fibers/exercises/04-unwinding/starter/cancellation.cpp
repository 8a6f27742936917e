// How a fiber is made to leave: it throws, on its own stack, and its destructors do the rest.
#include <exception>

#include "fiber.hpp"
#include "fibers.hpp"

void Fibers::begin(void* argument) noexcept {
    Fiber& fiber = *static_cast<Fiber*>(argument);
    fiber.context.arrive_from(fiber.fibers.main_);
    // your code
    fiber.body->call();
    // end
    fiber.ending = true;
    fiber.body.reset();
    fiber.returned = true;
    fiber.context.leave_for_good(fiber.fibers.main_);
}

void Fibers::park() {
    running_->context.switch_to(main_);
    // your code
    // end
}

void Fibers::cancel(Fiber* fiber) {
    // your code
    fiber->cancelled = true;
    // end
}
