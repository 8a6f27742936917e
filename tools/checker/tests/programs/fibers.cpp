// Fibers: five ucontext fibers on one thread, straight-line code, over poll(2).
// Tricky: one thread's sleep stands for five waits, each of which may start the next request.
// Elapsed: 3000 ms, the sum in each fiber.
#include <poll.h>
#include <ucontext.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <utility>

#include "client.hpp"

namespace {

/// A function on a stack of its own, which can wait for a descriptor. Never moves, since a
/// ucontext_t points into itself (makecontext(3)).
class Fiber {
public:
    explicit Fiber(std::function<void(Fiber&)> body) : body_(std::move(body)) {
        fixture::checked(getcontext(&own_), "getcontext");
        own_.uc_stack.ss_sp = stack_.data();
        own_.uc_stack.ss_size = stack_.size();
        own_.uc_link = &scheduler_;
        makecontext(&own_, &Fiber::enter, 0);
    }
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    bool done() const { return done_; }
    int waits_for() const { return waits_for_; }

    /// From the scheduler: runs until the fiber waits or ends; throws what its body threw.
    void resume() {
        resumed = this;
        fixture::checked(swapcontext(&scheduler_, &own_), "swapcontext");
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

    /// From the fiber: back to the scheduler until `fd` is readable.
    void wait_readable(int fd) {
        waits_for_ = fd;
        fixture::checked(swapcontext(&own_, &scheduler_), "swapcontext");
    }

private:
    static void enter() {
        Fiber& self = *resumed;
        // No exception may leave a stack that has no caller: it goes on from resume().
        try {
            self.body_(self);
        } catch (...) {
            self.failure_ = std::current_exception();
        }
        self.done_ = true;
    }

    // makecontext(3) can pass only ints to the entry.
    static inline Fiber* resumed = nullptr;

    std::function<void(Fiber&)> body_;
    std::vector<std::byte> stack_ = std::vector<std::byte>(256 * 1024);
    ucontext_t own_{};
    ucontext_t scheduler_{};
    std::exception_ptr failure_;
    int waits_for_ = -1;
    bool done_ = false;
};

void request_in_a_row(Fiber& fiber, const sockaddr_in& server, std::size_t number,
                      const fixture::ChainDelays& delays) {
    for (std::size_t step = 0; step < delays.size(); ++step) {
        fixture::Exchange exchange(server, delays[step], fixture::chain_message(number, step));
        while (!exchange.complete()) {
            fiber.wait_readable(exchange.fd());
            exchange.read_available();
        }
        fixture::print_received(exchange.body());
    }
}

void resume_readable(std::vector<std::unique_ptr<Fiber>>& fibers) {
    std::vector<pollfd> waits;
    for (const auto& fiber : fibers) {
        waits.push_back({.fd = fiber->waits_for(), .events = POLLIN, .revents = 0});
    }
    const int count = poll(waits.data(), waits.size(), -1);
    if (count == -1 && errno == EINTR) {
        return;
    }
    fixture::checked(count, "poll");
    for (std::size_t i = 0; i < waits.size(); ++i) {
        if (waits[i].revents != 0) {
            fibers[i]->resume();
        }
    }
}

void five_fibers(const sockaddr_in& server) {
    const auto chains = fixture::equal_chains(5, 3);
    std::vector<std::unique_ptr<Fiber>> fibers;
    for (std::size_t i = 0; i < chains.size(); ++i) {
        fibers.push_back(std::make_unique<Fiber>(
            [&, i](Fiber& self) { request_in_a_row(self, server, i, chains[i]); }));
        fibers.back()->resume();
    }
    while (std::erase_if(fibers, [](const auto& fiber) { return fiber->done(); }),
           !fibers.empty()) {
        resume_readable(fibers);
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, five_fibers);
}
