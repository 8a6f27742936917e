// Races between coffee, toast and the bus, on one thread.
#include <array>
#include <charconv>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "first_of.hpp"
#include "plan.hpp"
#include "promise.hpp"
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

/// Prints how it comes out, when it does.
void tell(const std::string& what, const Promise& promise) {
    promise
        .then([what](Moment end) {
            say(what + ": at " + text(end));
            return end;
        })
        .catch_error([what](std::exception_ptr failure) {
            try {
                std::rethrow_exception(failure);
            } catch (const std::runtime_error& error) {
                say(what + ": " + error.what());
            }
        });
}

/// An error of the winner's handler is no matter of the race: it comes to whoever settles.
void tell_of_a_stumble() {
    const Promise waiter;
    const Promise cook;
    first_of(waiter, cook).when_settled([](const Outcome&) {
        throw std::logic_error("the waiter stumbles");
    });
    try {
        waiter.settle({Moment(0), nullptr});
        say("waiter or cook: as if nothing had happened");
        cook.settle({Moment(0), nullptr});
    } catch (const std::logic_error& error) {
        say(std::string("waiter or cook: ") + error.what());
    }
}

void tell_all(TimerQueue& timers, Moment coffee_end, Moment toast_end, Moment bus_leaves) {
    const Promise coffee = reach(timers, coffee_end);
    const Promise toast = reach(timers, toast_end);
    const Promise bus = reach(timers, bus_leaves).then([](Moment moment) -> Promise {
        throw std::runtime_error("the bus left at " + text(moment));
    });
    tell("coffee", coffee);
    tell("toast", toast);
    tell("the first of coffee and toast", first_of(coffee, toast));
    tell("breakfast before the bus", first_of(both(coffee, toast), bus));
    tell("the bus before the toast", first_of(bus, toast));
    tell("leftovers or coffee", first_of(Moment(0), coffee));
    tell("leftovers or older ones", first_of(Moment(1), Moment(0)));

    // The one that is first calls the other one off.
    const Promise called_off;
    tell("coffee, or called off", first_of(coffee, called_off).then([called_off](Moment end) {
        called_off.settle({end, nullptr});
        return end;
    }));
    tell_of_a_stumble();
}

std::optional<Moment> parse_moment(std::string_view digits) {
    int moment = 0;
    const auto end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, moment);
    if (result.ec != std::errc() || result.ptr != end || moment < 0 || moment > 999'999) {
        return std::nullopt;
    }
    return Moment(moment);
}

}  // namespace

int main(int argc, char** argv) {
    std::array<std::optional<Moment>, 3> moments{Moment(60), Moment(40), Moment(50)};
    for (std::size_t i = 0; argc == 4 && i < moments.size(); ++i) {
        moments[i] = parse_moment(argv[i + 1]);
    }
    if ((argc != 1 && argc != 4) || !moments[0] || !moments[1] || !moments[2]) {
        std::cerr << "ch01-03 takes three moments in ms: of the coffee, the toast and the bus\n";
        return 2;
    }
    try {
        TimerQueue timers;
        tell_all(timers, *moments[0], *moments[1], *moments[2]);
        timers.run();
        if (!std::cout) {
            throw std::runtime_error("stdout takes no more");
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
