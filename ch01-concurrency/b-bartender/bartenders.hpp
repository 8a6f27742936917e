// Two ways to work at the same bar. The difference between them is what this chapter is about.
#pragma once

#include <deque>

#include "bar.hpp"

/// Finishes one drink before looking at the next, and stands at the machine while it pours.
class WaitingBartender {
public:
    WaitingBartender(const Times& times, Queue& queue) : times_(times), queue_(queue) {}

    /// Does one drink, or waits for a customer.
    void take_turn();
    [[nodiscard]] const Shift& shift() const noexcept { return shift_; }

private:
    const Times& times_;
    Queue& queue_;
    Shift shift_;
};

/// Starts the machine, and turns to whatever can be done meanwhile.
class AsynchronousBartender {
public:
    AsynchronousBartender(const Times& times, Queue& queue) : times_(times), queue_(queue) {}

    /// Does one step of one drink, or waits until there is something to do.
    void take_turn();
    [[nodiscard]] const Shift& shift() const noexcept { return shift_; }

private:
    /// A drink in the machine: what has to be remembered of it until it goes on.
    struct Drink {
        int customer;
        Seconds ready;
    };

    void serve(const Drink& drink);
    void take_order();
    [[nodiscard]] Seconds next_event() const;

    const Times& times_;
    Queue& queue_;
    Shift shift_;
    std::deque<Drink> pouring_;  // in the order in which they get ready, since all take as long
    int at_hand_ = -1;           // whose drink the hands were at last
};
