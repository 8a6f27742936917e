// Fibers that own what they do, can be joined, and can wait for a descriptor, all of them in one
// place: the event queue. It knows nothing of sockets.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <unordered_map>
#include <utility>

#include "context.hpp"
#include "poll.hpp"

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
    /// std::logic_error when all that are left wait for each other, std::system_error, named
    /// epoll_wait, if the event queue can't be asked.
    void run();

    /// Lets all others have a turn first. From a fiber only.
    void yield();

    /// Returns when `fd` is ready, or may be: whoever asked for it tries again. The thread
    /// meanwhile runs the others, and sleeps if all of them wait. From a fiber only, and for one
    /// descriptor one fiber at a time. Throws std::system_error, named epoll_ctl, if it can't be
    /// waited for.
    void wait_until_ready(int fd, Interest interest);

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
    void take_events();

    std::unordered_map<Fiber*, std::unique_ptr<Fiber>> fibers_;
    std::deque<Fiber*> ready_queue_;
    Fiber* running_ = nullptr;
    Context main_;

    Poll poll_;
    Events events_;
    std::size_t waiting_ = 0;        // for descriptors
    std::size_t left_in_round_ = 0;  // turns until the event queue is asked again
};
