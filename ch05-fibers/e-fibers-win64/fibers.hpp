// Fibers: functions that take turns on one thread, each on a stack of its own. Nobody is
// interrupted: a fiber runs until it yields or returns.
#pragma once

#include <deque>
#include <memory>

#include "context.hpp"
#include "stack.hpp"

/// Runs fibers, in turns, on the thread that calls run(). Only that thread may use it.
class Fibers {
public:
    /// What a fiber does. It may throw and catch, but an exception that leaves it ends the program,
    /// by std::terminate: below it there is nobody to catch it.
    using Body = void (*)(Fibers& fibers, void* argument);

    /// Makes a fiber that begins when its turn comes. `argument` stays the caller's. From anywhere,
    /// also from a fiber. Throws std::system_error if there is no memory for its stack.
    void spawn(Body body, void* argument);

    /// Gives each fiber its turn, again and again, until all have returned. Not from a fiber.
    void run();

    /// Lets all others have a turn first. From a fiber only.
    void yield();

    /// The stack of the fiber that calls it. From a fiber only.
    [[nodiscard]] const Stack& stack() const noexcept;

    Fibers();
    Fibers(const Fibers&) = delete;
    Fibers& operator=(const Fibers&) = delete;
    ~Fibers();

private:
    struct Fiber;
    static void begin(void* fiber) noexcept;

    std::deque<std::unique_ptr<Fiber>> ready_queue_;
    std::unique_ptr<Fiber> running_;
    Context main_;
};
