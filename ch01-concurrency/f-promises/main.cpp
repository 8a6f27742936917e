// The same breakfast once more, flat: each function returns a promise, what comes next is a link of
// a chain, and errors meet at its end.
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "plan.hpp"
#include "promise.hpp"
#include "rules.hpp"
#include "timer_queue.hpp"

namespace {

void say(const std::string& line) {
    std::cout << line << '\n' << std::flush;
}

/// A promise that comes out when the moment has come.
Promise reach(TimerQueue& timers, Moment moment) {
    const Promise reached;
    timers.call_at(moment, [reached, moment] { reached.settle({moment, nullptr}); });
    return reached;
}

Promise run_step(TimerQueue& timers, const Step& step, Moment begin) {
    say(step.name + " begins at " + text(begin));
    return reach(timers, begin + step.length).then([&step](Moment end) {
        if (step.fails) {
            throw std::runtime_error(step.name + " failed at " + text(end));
        }
        say(step.name + " ends at " + text(end));
        return end;
    });
}

Promise make_dish(TimerQueue& timers, const Dish& dish, Moment begin) {
    say(dish.name + ": begins at " + text(begin));
    const Promise first = run_step(timers, dish.first, begin);
    const Promise second = run_step(timers, dish.second, begin);
    return both(first, second)
        .then([&timers, &dish](Moment parts) { return run_step(timers, dish.finish, parts); })
        .then([&dish](Moment end) {
            say(dish.name + ": ready at " + text(end));
            return end;
        });
}

Promise make_breakfast(TimerQueue& timers, const Plan& plan) {
    const Promise coffee = make_dish(timers, plan.coffee, Moment(0));
    const Promise toast = make_dish(timers, plan.toast, Moment(0));
    return both(coffee, toast).then([&plan](Moment end) {
        say("breakfast at " + text(end) + ", one after the other it would be " +
            text(sum_of_steps(plan)));
        return end;
    });
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc == 2 && argv[1] == std::string_view("rules")) {
            print_rules();
            return std::cout ? 0 : 1;
        }
        const auto plan = parse_plan(argc, argv);
        if (!plan) {
            std::cerr << "ch01-f takes six lengths in ms, and maybe the name of a step that fails; "
                         "or the word rules\n";
            return 2;
        }
        TimerQueue timers;
        std::exception_ptr failure;
        // What these refer to outlives them: all handlers are over when run() returns.
        make_breakfast(timers, *plan).catch_error([&](std::exception_ptr error) {
            failure = error;
        });
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
