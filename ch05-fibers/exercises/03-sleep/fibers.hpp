// Stage d's fibers, without joining, and with their two basic operations open to all: park and
// wake.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>

#include "context.hpp"

/// Runs fibers, in turns, on the thread that made it. Only that thread may use it.
class Fibers {
public:
    struct Fiber;

    Fibers();
    Fibers(const Fibers&) = delete;
    Fibers& operator=(const Fibers&) = delete;
    ~Fibers();

    /// Makes a fiber that calls `body()` when its turn comes. An exception that leaves it ends the
    /// program. Throws std::system_error if there is no memory for its stack.
    template <typename Body>
    void spawn(Body body) {
        start(std::make_unique<CallableOf<Body>>(std::move(body)));
    }

    /// Gives each fiber that isn't parked its turn, until none is left that could have one: they
    /// have ended, or are parked. Not from a fiber.
    void run();

    /// Whether there are fibers that have not ended.
    [[nodiscard]] bool alive() const noexcept { return !fibers_.empty(); }

    /// Lets all others have a turn first. From a fiber only.
    void yield();

    /// The fiber that calls it; nullptr elsewhere.
    [[nodiscard]] Fiber* current() const noexcept { return running_; }

    /// Returns when somebody has called wake() with the fiber that calls this. Until then it has no
    /// turn. From a fiber only.
    void park();

    /// Puts a parked fiber at the end of the ready queue. It goes on when its turn comes.
    void wake(Fiber* parked);

private:
    /// std::function would copy what it holds.
    struct Callable {
        virtual ~Callable() = default;
        virtual void call() = 0;
    };
    template <typename Body>
    struct CallableOf : Callable {
        explicit CallableOf(Body callable) : body(std::move(callable)) {}
        void call() override { body(); }
        Body body;
    };

    void start(std::unique_ptr<Callable> body);
    static void begin(void* fiber) noexcept;

    std::unordered_map<Fiber*, std::unique_ptr<Fiber>> fibers_;
    std::deque<Fiber*> ready_queue_;
    Fiber* running_ = nullptr;
    Context main_;
};
