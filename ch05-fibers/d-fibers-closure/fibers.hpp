// Fibers that own what they do: any callable, also one that can't be copied. Whoever spawns one can
// wait for its end, and gets its exception.
#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <unordered_map>
#include <utility>

#include "context.hpp"

class Fibers;
struct Outcome;  // of one fiber: in fibers.cpp

/// The right to wait for one fiber. Who drops it waives that: the fiber goes on, and an exception
/// of it is lost. Must not outlive its Fibers.
class JoinHandle {
public:
    JoinHandle(JoinHandle&&) noexcept = default;
    JoinHandle& operator=(JoinHandle&&) noexcept = default;

    /// Returns when the fiber has ended and its callable is destroyed; throws what left it. Once
    /// only. On a fiber it lets the others run meanwhile; elsewhere it runs them itself. Throws
    /// std::logic_error there if that can't go on, since all fibers wait for each other.
    void join();

private:
    friend class Fibers;
    JoinHandle(Fibers& fibers, std::shared_ptr<Outcome> outcome)
        : fibers_(&fibers), outcome_(std::move(outcome)) {}

    Fibers* fibers_;
    std::shared_ptr<Outcome> outcome_;
};

/// Runs fibers, in turns, on the thread that made it. Only that thread may use it.
class Fibers {
public:
    Fibers();
    Fibers(const Fibers&) = delete;
    Fibers& operator=(const Fibers&) = delete;
    /// Runs all fibers to their ends. If they wait for each other it calls std::terminate.
    ~Fibers();

    /// Makes a fiber that calls `body()` when its turn comes, and destroys it on that fiber, at
    /// once after the call. From anywhere, also from a fiber. Throws std::system_error if there is
    /// no memory for its stack; then `body` is destroyed before that.
    template <typename Body>
    JoinHandle spawn(Body body) {
        return start(std::make_unique<CallableOf<Body>>(std::move(body)));
    }

    /// Gives each fiber its turn, again and again, until all have ended. Not from a fiber. Throws
    /// std::logic_error when all that are left wait for each other.
    void run();

    /// Lets all others have a turn first. From a fiber only.
    void yield();

private:
    friend class JoinHandle;
    friend struct Outcome;
    struct Fiber;

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

    JoinHandle start(std::unique_ptr<Callable> body);
    static void begin(void* fiber) noexcept;
    void wait_for(Outcome& outcome);
    void run_next();
    void park();

    std::unordered_map<Fiber*, std::unique_ptr<Fiber>> fibers_;
    std::deque<Fiber*> ready_queue_;
    Fiber* running_ = nullptr;
    Context main_;
};
