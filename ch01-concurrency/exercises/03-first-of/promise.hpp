// A promise: a moment that isn't known yet, and what is to be done once it is.
#pragma once

#include <exception>
#include <functional>
#include <memory>

#include "plan.hpp"

/// How something has come out: an error, or else a value.
struct Outcome {
    Moment value{};
    std::exception_ptr error;
};

/// A handle; copies stand for the same promise. It is pending until it is settled, once and for
/// all, with an outcome. Belongs to one thread, and waits for nobody: handlers are called by
/// whoever settles it, or at once where that has happened already.
class [[nodiscard]] Promise {
public:
    /// Pending.
    Promise();

    /// Settled with a value. Not explicit: a handler of then() may return a Moment.
    Promise(Moment value);

    /// Throws std::logic_error if it is settled already.
    void settle(const Outcome& outcome) const;

    /// The next link of a chain. `next` is called with the value, and the promise returned comes
    /// out as the one that `next` returns, or with what it throws. An error passes `next` by.
    Promise then(std::function<Promise(Moment)> next) const;

    /// The end of a chain: `handler` is called with the error, wherever in the chain it came from,
    /// or never.
    void catch_error(std::function<void(std::exception_ptr)> handler) const;

    /// Calls `observer` once, with the outcome. All else is made of this and settle().
    void when_settled(std::function<void(const Outcome&)> observer) const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Settles when both have: with the first error in this order, or else with the later moment.
Promise both(const Promise& first, const Promise& second);
