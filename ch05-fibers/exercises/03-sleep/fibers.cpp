// Round robin. Who is parked stands in no queue.
#include "fibers.hpp"

#include <cstddef>

#include "stack.hpp"

namespace {

constexpr std::size_t stack_size = 256 * 1024;

}  // namespace

struct Fibers::Fiber {
    Fiber(Fibers& all, std::unique_ptr<Callable> to_call)
        : fibers(all),
          body(std::move(to_call)),
          stack(stack_size),
          context(stack, &Fibers::begin, this) {}

    Fibers& fibers;
    std::unique_ptr<Callable> body;
    Stack stack;
    Context context;
    bool returned = false;
};

Fibers::Fibers() = default;
Fibers::~Fibers() = default;

void Fibers::begin(void* argument) noexcept {
    Fiber& fiber = *static_cast<Fiber*>(argument);
    fiber.context.arrive_from(fiber.fibers.main_);
    fiber.body->call();
    fiber.body.reset();
    fiber.returned = true;
    fiber.context.leave_for_good(fiber.fibers.main_);
}

void Fibers::start(std::unique_ptr<Callable> body) {
    auto fiber = std::make_unique<Fiber>(*this, std::move(body));
    Fiber* const address = fiber.get();
    fibers_.emplace(address, std::move(fiber));
    ready_queue_.push_back(address);
}

void Fibers::run() {
    while (!ready_queue_.empty()) {
        running_ = ready_queue_.front();
        ready_queue_.pop_front();
        main_.switch_to(running_->context);
        if (running_->returned) {
            fibers_.erase(running_);
        }
        running_ = nullptr;
    }
}

void Fibers::yield() {
    ready_queue_.push_back(running_);
    park();
}

void Fibers::park() {
    running_->context.switch_to(main_);
}

void Fibers::wake(Fiber* parked) {
    ready_queue_.push_back(parked);
}
