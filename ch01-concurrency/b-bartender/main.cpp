// One hour at a bar, four times over: one bartender or two, who wait for the machine or turn to
// somebody else. The hour is computed, not waited for.
#include <algorithm>
#include <charconv>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "bar.hpp"
#include "bartenders.hpp"

namespace {

// It is always the turn of whoever is earliest in time, so nobody acts on what is yet to happen.
template <typename Bartender>
Account one_hour(int bartender_count, const Times& times) {
    Queue queue(times.every);
    std::vector<Bartender> bartenders(static_cast<std::size_t>(bartender_count),
                                      Bartender(times, queue));
    const auto time = [](const Bartender& bartender) { return bartender.shift().now(); };
    for (;;) {
        Bartender& next = *std::ranges::min_element(bartenders, {}, time);
        if (next.shift().over()) {
            break;
        }
        next.take_turn();
    }
    Account sum;
    for (const Bartender& bartender : bartenders) {
        const Account& account = bartender.shift().account();
        sum.drinks += account.drinks;
        sum.working += account.working;
        sum.changing += account.changing;
        sum.idle += account.idle;
    }
    return sum;
}

void print_row(std::string_view name, int bartender_count, const Account& account) {
    const int tenths = account.working * 1000 / (bartender_count * closing_time);
    std::cout << std::left << std::setw(30) << name << std::right << std::setw(6) << account.drinks
              << std::setw(9) << account.working << std::setw(10) << account.changing
              << std::setw(6) << account.idle << std::setw(5) << tenths / 10 << '.' << tenths % 10
              << " %\n";
}

void print_table(const Times& times) {
    std::cout << "order " << times.order << " s, pour " << times.pour << " s, serve " << times.serve
              << " s, change " << times.change << " s, a customer every " << times.every << " s\n"
              << "                              drinks  working  changing  idle  at work\n";
    print_row("one waits", 1, one_hour<WaitingBartender>(1, times));
    print_row("one turns to others", 1, one_hour<AsynchronousBartender>(1, times));
    print_row("two wait", 2, one_hour<WaitingBartender>(2, times));
    print_row("two turn to others", 2, one_hour<AsynchronousBartender>(2, times));
    std::cout << std::flush;
    if (!std::cout) {
        throw std::runtime_error("stdout takes no more");
    }
}

std::optional<Seconds> parse(std::string_view text) {
    Seconds value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    const bool good = error == std::errc{} && stopped == end && 0 <= value && value <= closing_time;
    return good ? std::optional(value) : std::nullopt;
}

// pour=30 sets that time, and leaves the others as they are.
bool set(Times& times, std::string_view argument) {
    const std::size_t equals = std::min(argument.find('='), argument.size());
    const std::string_view name = argument.substr(0, equals);
    const auto value = parse(argument.substr(std::min(equals + 1, argument.size())));
    Seconds* const place = name == "order"    ? &times.order
                           : name == "pour"   ? &times.pour
                           : name == "serve"  ? &times.serve
                           : name == "change" ? &times.change
                           : name == "every"  ? &times.every
                                              : nullptr;
    if (place == nullptr || !value) {
        return false;
    }
    *place = *value;
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Times times;
    for (int i = 1; i < argc; ++i) {
        if (!set(times, argv[i])) {
            std::cerr << "ch01-b takes order=, pour=, serve=, change= and every=, each with 0 to "
                      << closing_time << " seconds\n";
            return 2;
        }
    }
    // Otherwise one moment would be enough for endlessly many of them.
    if (times.order == 0) {
        std::cerr << "taking an order takes some time\n";
        return 2;
    }
    try {
        print_table(times);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
