// Stage d's fibers, without joining, and with their two basic operations open to all: park and
// wake.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>

#include "context.hpp"

/// What a cancelled fiber throws. No std::exception, so that who catches those doesn't stop it.
struct Cancelled {};

/// Runs fibers, in turns, on the thread that made it. Only that thread may use it.
class Fibers {
public:
    struct Fiber;

    Fibers();
    Fibers(const Fibers&) = delete;
    Fibers& operator=(const Fibers&) = delete;
    ~Fibers();

    /// Makes a fiber that calls `body()` when its turn comes. Cancelled may leave it; any other
    /// exception that does ends the program. Throws std::system_error if there is no memory for its
    /// stack. What it returns is good until the fiber has ended.
    template <typename Body>
    Fiber* spawn(Body body) {
        return start(std::make_unique<CallableOf<Body>>(std::move(body)));
    }

    /// Gives each fiber that isn't parked its turn, until none is left that could have one: they
    /// have ended, or are parked. Not from a fiber.
    void run();

    /// Whether there are fibers that have not ended.
    [[nodiscard]] bool alive() const noexcept { return !fibers_.empty(); }

    /// The fiber that calls it. nullptr elsewhere.
    [[nodiscard]] Fiber* current() const noexcept { return running_; }

    /// Lets all others have a turn first. From a fiber only.
    void yield();

    /// Returns when somebody has called wake() with the fiber that calls this. Until then it has no
    /// turn. Throws Cancelled if the fiber has been cancelled, but neither while an exception is on
    /// its way nor while the fiber is ending: destructors that run because of Cancelled, and those
    /// of what `body` holds, may wait as before. In any other destructor it throws as anywhere, and
    /// ends the program: whoever keeps Cancelled must not let a local wait in its destructor. From
    /// a fiber only.
    void park();

    /// Puts a fiber at the end of the ready queue, unless it is there.
    void wake(Fiber* fiber);

    /// The fiber has its turn soon, and park() and yield() throw Cancelled from then on. Its body
    /// is not called at all if it has not begun, but destroyed. Not for the fiber that calls it.
    void cancel(Fiber* fiber);

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

    Fiber* start(std::unique_ptr<Callable> body);
    static void begin(void* fiber) noexcept;

    std::unordered_map<Fiber*, std::unique_ptr<Fiber>> fibers_;
    std::deque<Fiber*> ready_queue_;
    Fiber* running_ = nullptr;
    Context main_;
};
