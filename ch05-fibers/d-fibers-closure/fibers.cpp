// Round robin, as before. Who waits stands in no queue: it is put back when what it waits for is
// over.
#include "fibers.hpp"

#include <cstddef>
#include <stdexcept>

#include "stack.hpp"

namespace {

/// Printing takes some KiB, an exception more. What isn't used costs addresses, and no memory.
constexpr std::size_t stack_size = 256 * 1024;

}  // namespace

/// What became of a fiber. It shares this with its handle.
struct Outcome {
    bool over = false;
    std::exception_ptr error;
    Fibers::Fiber* joining = nullptr;
};

struct Fibers::Fiber {
    Fiber(Fibers& all, std::unique_ptr<Callable> to_call)
        : fibers(all),
          body(std::move(to_call)),
          stack(stack_size),
          context(stack, &Fibers::begin, this) {}

    Fibers& fibers;
    std::unique_ptr<Callable> body;
    std::shared_ptr<Outcome> outcome = std::make_shared<Outcome>();
    Stack stack;
    Context context;
};

Fibers::Fibers() = default;

Fibers::~Fibers() {
    run();
}

void Fibers::begin(void* argument) noexcept {
    Fiber& fiber = *static_cast<Fiber*>(argument);
    Fibers& fibers = fiber.fibers;
    fiber.context.arrive_from(fibers.main_);
    try {
        fiber.body->call();
    } catch (...) {
        // Not lost: whoever joins gets it. Here it can't go further, since nobody has called us.
        fiber.outcome->error = std::current_exception();
    }
    fiber.body.reset();
    fiber.outcome->over = true;
    if (fiber.outcome->joining != nullptr) {
        fibers.ready_queue_.push_back(fiber.outcome->joining);
    }
    fiber.context.leave_for_good(fibers.main_);
}

JoinHandle Fibers::start(std::unique_ptr<Callable> body) {
    auto fiber = std::make_unique<Fiber>(*this, std::move(body));
    Fiber* const address = fiber.get();
    fibers_.emplace(address, std::move(fiber));
    ready_queue_.push_back(address);
    return JoinHandle(*this, address->outcome);
}

void Fibers::run_next() {
    if (ready_queue_.empty()) {
        throw std::logic_error("all fibers wait for each other");
    }
    running_ = ready_queue_.front();
    ready_queue_.pop_front();
    main_.switch_to(running_->context);
    if (running_->outcome->over) {
        fibers_.erase(running_);  // only now: it can't take away the stack on which it stands
    }
    running_ = nullptr;
}

void Fibers::run() {
    while (!fibers_.empty()) {
        run_next();
    }
}

void Fibers::yield() {
    ready_queue_.push_back(running_);
    park();
}

/// Until somebody puts it into the queue again.
void Fibers::park() {
    running_->context.switch_to(main_);
}

void Fibers::wait_for(Outcome& outcome) {
    if (running_ == nullptr) {
        while (!outcome.over) {
            run_next();
        }
    } else if (!outcome.over) {
        outcome.joining = running_;
        park();
    }
}

void JoinHandle::join() {
    fibers_->wait_for(*outcome_);
    if (outcome_->error) {
        std::rethrow_exception(std::exchange(outcome_->error, nullptr));
    }
}
