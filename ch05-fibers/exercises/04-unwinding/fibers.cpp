// Round robin. Who is parked stands in no queue.
#include "fibers.hpp"

#include "fiber.hpp"

Fibers::Fibers() = default;
Fibers::~Fibers() = default;

Fibers::Fiber* Fibers::start(std::unique_ptr<Callable> body) {
    auto fiber = std::make_unique<Fiber>(*this, std::move(body));
    Fiber* const address = fiber.get();
    fibers_.emplace(address, std::move(fiber));
    wake(address);
    return address;
}

void Fibers::run() {
    while (!ready_queue_.empty()) {
        running_ = ready_queue_.front();
        ready_queue_.pop_front();
        running_->ready = false;
        main_.switch_to(running_->context);
        if (running_->returned) {
            fibers_.erase(running_);
        }
        running_ = nullptr;
    }
}

void Fibers::yield() {
    wake(running_);
    park();
}

void Fibers::wake(Fiber* fiber) {
    if (!fiber->ready) {
        fiber->ready = true;
        ready_queue_.push_back(fiber);
    }
}
