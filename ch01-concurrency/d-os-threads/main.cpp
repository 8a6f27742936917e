// Breakfast with a thread for everything that goes on: threads that overlap and nest, and are put
// in order by waiting for each other, never by sleeping long enough.
#include <algorithm>
#include <exception>
#include <iostream>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

#include "clock.hpp"
#include "cost.hpp"
#include "job.hpp"
#include "plan.hpp"

namespace {

/// A line at a time, whichever threads speak. Whether it could be written is asked at the end.
void say(const std::string& line) {
    static std::mutex one_speaker;
    const std::scoped_lock lock(one_speaker);
    std::cout << line << '\n' << std::flush;
}

/// Sleeps until the end of a step that has begun, and tells of it.
Moment sit_out(const Clock& clock, const Step& step, Moment begin) {
    const Moment end = begin + step.length;
    clock.sleep_until(end);
    if (step.fails) {
        throw std::runtime_error(step.name + " failed at " + text(end));
    }
    say(step.name + " ends at " + text(end));
    return end;
}

Moment run_step(const Clock& clock, const Step& step, Moment begin) {
    say(step.name + " begins at " + text(begin));
    return sit_out(clock, step, begin);
}

/// A step that begins together with others: none of them ends before all have begun.
Moment run_part(const Clock& clock, const Step& step, Moment begin, std::latch& together) {
    say(step.name + " begins at " + text(begin));
    together.arrive_and_wait();
    return sit_out(clock, step, begin);
}

Moment make_dish(const Clock& clock, const Dish& dish, Moment begin, std::latch& together) {
    say(dish.name + ": begins at " + text(begin));
    Job first([&] { return run_part(clock, dish.first, begin, together); });
    Job second([&] { return run_part(clock, dish.second, begin, together); });
    const Moment first_end = first.join();
    const Moment second_end = second.join();
    const Moment end = run_step(clock, dish.finish, std::max(first_end, second_end));
    say(dish.name + ": ready at " + text(end));
    return end;
}

void make_breakfast(const Clock& clock, const Plan& plan) {
    std::latch together(4);
    Job coffee([&] { return make_dish(clock, plan.coffee, Moment(0), together); });
    Job toast([&] { return make_dish(clock, plan.toast, Moment(0), together); });
    const Moment coffee_end = coffee.join();
    const Moment toast_end = toast.join();
    say("breakfast at " + text(std::max(coffee_end, toast_end)) +
        ", one after the other it would be " + text(sum_of_steps(plan)));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc == 2 && argv[1] == std::string_view("cost")) {
            print_cost();
            return std::cout ? 0 : 1;
        }
        const auto plan = parse_plan(argc, argv);
        if (!plan) {
            std::cerr << "ch01-d takes six lengths in ms, and maybe the name of a step that fails; "
                         "or the word cost\n";
            return 2;
        }
        const Clock clock;
        make_breakfast(clock, *plan);
        say("it took " + text(clock.now()) + " by the clock, and " + text(Clock::worked()) +
            " of work");
        if (!std::cout) {
            throw std::runtime_error("stdout takes no more");
        }
    } catch (const std::exception& error) {
        std::cerr << "no breakfast: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
