// The same breakfast on one thread: only the timer queue waits, and what comes next is a callback.
#include <algorithm>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include "plan.hpp"
#include "timer_queue.hpp"

namespace {

/// What to do when something is over. `error` says why it failed, or is null: then it went well.
using Callback = std::function<void(std::exception_ptr error, Moment end)>;

void say(const std::string& line) {
    std::cout << line << '\n' << std::flush;
}

void run_step(TimerQueue& timers, const Step& step, Moment begin, Callback done) {
    say(step.name + " begins at " + text(begin));
    const Moment end = begin + step.length;
    timers.call_at(end, [&step, end, done] {
        if (step.fails) {
            const std::runtime_error error(step.name + " failed at " + text(end));
            done(std::make_exception_ptr(error), end);
            return;
        }
        say(step.name + " ends at " + text(end));
        done(nullptr, end);
    });
}

/// Makes one callback for two that are under way: the later one to come calls `done`, with the
/// first error or the later end.
Callback when_both(Callback done) {
    struct Both {
        int missing = 2;
        std::exception_ptr error;
        Moment end{};
    };
    return [done, both = std::make_shared<Both>()](std::exception_ptr error, Moment end) {
        both->error = both->error ? both->error : error;
        both->end = std::max(both->end, end);
        --both->missing;
        if (both->missing == 0) {
            done(both->error, both->end);
        }
    };
}

void make_dish(TimerQueue& timers, const Dish& dish, Moment begin, Callback done) {
    say(dish.name + ": begins at " + text(begin));
    const auto part_done = when_both([&timers, &dish, done](std::exception_ptr failure,
                                                            Moment parts) {
        if (failure) {
            done(failure, parts);
            return;
        }
        run_step(timers, dish.finish, parts, [&dish, done](std::exception_ptr error, Moment end) {
            if (error) {
                done(error, end);
                return;
            }
            say(dish.name + ": ready at " + text(end));
            done(nullptr, end);
        });
    });
    run_step(timers, dish.first, begin, part_done);
    run_step(timers, dish.second, begin, part_done);
}

void make_breakfast(TimerQueue& timers, const Plan& plan, Callback done) {
    const auto dish_done = when_both([&plan, done](std::exception_ptr error, Moment end) {
        if (error) {
            done(error, end);
            return;
        }
        say("breakfast at " + text(end) + ", one after the other it would be " +
            text(sum_of_steps(plan)));
        done(nullptr, end);
    });
    make_dish(timers, plan.coffee, Moment(0), dish_done);
    make_dish(timers, plan.toast, Moment(0), dish_done);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto plan = parse_plan(argc, argv);
        if (!plan) {
            std::cerr
                << "ch01-e takes six lengths in ms, and maybe the name of a step that fails\n";
            return 2;
        }
        TimerQueue timers;
        std::exception_ptr failure;
        // What these refer to outlives them: all callbacks are over when run() returns.
        make_breakfast(timers, *plan, [&](std::exception_ptr error, Moment) { failure = error; });
        timers.run();
        if (failure) {
            std::rethrow_exception(failure);
        }
        say("it took " + text(timers.clock().now()) + " by the clock, and " +
            text(Clock::worked()) + " of work");
        if (!std::cout) {
            throw std::runtime_error("stdout takes no more");
        }
    } catch (const std::exception& error) {
        std::cerr << "no breakfast: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
