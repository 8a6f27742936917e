// Breakfast with a thread for everything that goes on: overlapping and nested threads, put in order
// by joins alone.
#include <algorithm>
#include <exception>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

#include "clock.hpp"
#include "cost.hpp"
#include "job.hpp"
#include "plan.hpp"

namespace {

/// A line at a time, whichever threads speak.
void say(const std::string& line) {
    static std::mutex one_speaker;
    const std::scoped_lock lock(one_speaker);
    std::cout << line << '\n' << std::flush;
}

Moment run_step(const Clock& clock, const Step& step, Moment begin) {
    say(step.name + " begins at " + text(begin));
    const Moment end = begin + step.length;
    clock.sleep_until(end);
    if (step.fails) {
        throw std::runtime_error(step.name + " failed at " + text(end));
    }
    say(step.name + " ends at " + text(end));
    return end;
}

Moment make_dish(const Clock& clock, const Dish& dish, Moment begin) {
    say(dish.name + ": begins at " + text(begin));
    Job first([&] { return run_step(clock, dish.first, begin); });
    Job second([&] { return run_step(clock, dish.second, begin); });
    const Moment first_end = first.join();
    const Moment second_end = second.join();
    const Moment end = run_step(clock, dish.finish, std::max(first_end, second_end));
    say(dish.name + ": ready at " + text(end));
    return end;
}

void make_breakfast(const Clock& clock, const Plan& plan) {
    Job coffee([&] { return make_dish(clock, plan.coffee, Moment(0)); });
    Job toast([&] { return make_dish(clock, plan.toast, Moment(0)); });
    const Moment coffee_end = coffee.join();
    const Moment toast_end = toast.join();
    say("breakfast at " + text(std::max(coffee_end, toast_end)) +
        ", one after the other it would be " + text(sum_of_steps(plan)));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        std::cout.exceptions(std::ios::failbit | std::ios::badbit);
        if (argc == 2 && argv[1] == std::string_view("cost")) {
            print_cost();
            return 0;
        }
        const auto plan = parse_plan(argc, argv);
        if (!plan) {
            std::cerr << "ch01-d takes six lengths in ms, and maybe the name of a step that fails; "
                         "or the word cost\n";
            return 2;
        }
        const Clock clock;
        make_breakfast(clock, *plan);
    } catch (const std::exception& error) {
        std::cerr << "no breakfast: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
