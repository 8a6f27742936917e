// Round robin: main enters the fiber that has waited longest, and gets control back when that
// yields or has returned.
#include "fibers.hpp"

#include <cstddef>
#include <utility>

namespace {

/// Printing takes some KiB. What isn't used costs addresses, and no memory.
constexpr std::size_t stack_size = 256 * 1024;

}  // namespace

struct Fibers::Fiber {
    Fiber(Fibers& all, Body to_do, void* with)
        : fibers(all),
          body(to_do),
          argument(with),
          stack(stack_size),
          context(stack, &Fibers::begin, this) {}

    Fibers& fibers;
    Body body;
    void* argument;
    Stack stack;
    Context context;
    bool returned = false;
};

Fibers::Fibers() = default;
Fibers::~Fibers() = default;

void Fibers::begin(void* argument) noexcept {
    Fiber& fiber = *static_cast<Fiber*>(argument);
    fiber.context.arrive_from(fiber.fibers.main_);
    fiber.body(fiber.fibers, fiber.argument);
    fiber.returned = true;
    fiber.context.leave_for_good(fiber.fibers.main_);
}

void Fibers::spawn(Body body, void* argument) {
    ready_queue_.push_back(std::make_unique<Fiber>(*this, body, argument));
}

void Fibers::run() {
    while (!ready_queue_.empty()) {
        running_ = std::move(ready_queue_.front());
        ready_queue_.pop_front();
        main_.switch_to(running_->context);
        if (running_->returned) {
            running_.reset();  // only now: it can't take away the stack on which it stands itself
        } else {
            ready_queue_.push_back(std::move(running_));
        }
    }
}

void Fibers::yield() {
    running_->context.switch_to(main_);
}

const Stack& Fibers::stack() const noexcept {
    return running_->stack;
}
