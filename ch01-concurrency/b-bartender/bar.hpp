// What all bartenders share: how long things take, who stands in the queue, and how a bartender's
// hour is accounted for. Time is a number here; nothing waits for a clock.
#pragma once

#include <algorithm>

/// Time in the bar, in seconds: a point in time counts from the opening.
using Seconds = int;

/// The hour that is simulated: nothing is done after it, and what has not ended by then does not
/// count.
constexpr Seconds closing_time = 3600;

/// How long each thing takes.
struct Times {
    Seconds order = 10;  // hands: taking the order and starting the machine
    Seconds pour = 100;  // the machine's work: nobody's hands are needed
    Seconds serve = 10;  // hands: bringing the drink
    Seconds change = 2;  // hands: going on with a drink after having been at another one
    Seconds every = 0;   // a customer comes every so often; 0: they all stand there at opening
};

/// The queue at the bar. Whoever takes an order takes the next customer's.
class Queue {
public:
    explicit Queue(Seconds every) : every_(every) {}

    /// When the next customer comes, or has come.
    [[nodiscard]] Seconds next() const noexcept { return taken_ * every_; }

    /// Takes the next customer off the queue; tells which one it is, from 0.
    int take() noexcept { return taken_++; }

private:
    Seconds every_;
    int taken_ = 0;
};

/// What came of an hour. working + changing + idle is the hour, for each bartender.
struct Account {
    int drinks = 0;
    Seconds working = 0;
    Seconds changing = 0;
    Seconds idle = 0;
};

/// One bartender's time: it passes only by being spent on something.
class Shift {
public:
    [[nodiscard]] Seconds now() const noexcept { return now_; }
    [[nodiscard]] bool over() const noexcept { return now_ >= closing_time; }
    [[nodiscard]] const Account& account() const noexcept { return account_; }

    void work(Seconds duration) { spend(duration, account_.working); }
    void change(Seconds duration) { spend(duration, account_.changing); }
    /// Does nothing until `time`; nothing at all if that is past.
    void idle_until(Seconds time) { spend(std::max(time - now_, 0), account_.idle); }
    /// A drink has been served. Counts unless the hour was over before.
    void served() { account_.drinks += now_ <= closing_time ? 1 : 0; }

private:
    void spend(Seconds duration, Seconds& purpose) {
        purpose += std::clamp(closing_time - now_, 0, duration);
        now_ += duration;
    }

    Seconds now_ = 0;
    Account account_;
};
