// One hour at a bar that sells stout, with one bartender, two, and three.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "bar.hpp"
#include "bartender.hpp"
#include "stout.hpp"

namespace {

// It is always the turn of whoever is earliest in time, so nobody acts on what is yet to happen.
Account one_hour(int bartender_count, const Times& times) {
    const Recipe recipe = stout(times);
    Queue queue(times.every);
    std::vector<Bartender> bartenders(static_cast<std::size_t>(bartender_count),
                                      Bartender(recipe, queue));
    const auto time = [](const Bartender& bartender) { return bartender.shift().now(); };
    int turns_without_time = 0;
    for (;;) {
        Bartender& next = *std::ranges::min_element(bartenders, {}, time);
        if (next.shift().over()) {
            break;
        }
        const Seconds before = next.shift().now();
        next.take_turn();
        turns_without_time = next.shift().now() == before ? turns_without_time + 1 : 0;
        if (turns_without_time > 1000) {
            throw std::runtime_error("a thousand turns in which no time has passed");
        }
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

void print_table(const Times& times) {
    std::cout << "bartenders  drinks  working  changing  idle\n";
    for (int count = 1; count <= 3; ++count) {
        const Account account = one_hour(count, times);
        std::cout << std::setw(10) << count << std::setw(8) << account.drinks << std::setw(9)
                  << account.working << std::setw(10) << account.changing << std::setw(6)
                  << account.idle << '\n';
    }
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

// ORDER POUR SERVE CHANGE EVERY, in seconds
std::optional<Times> parse(int argc, char** argv) {
    Times times;
    std::array<Seconds*, 5> places{&times.order, &times.pour, &times.serve, &times.change,
                                   &times.every};
    if (argc != 1 && argc != 1 + static_cast<int>(places.size())) {
        return std::nullopt;
    }
    for (int i = 1; i < argc; ++i) {
        const auto value = parse(argv[i]);
        if (!value) {
            return std::nullopt;
        }
        *places.at(static_cast<std::size_t>(i) - 1) = *value;
    }
    return times.order > 0 ? std::optional(times) : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
    const auto times = parse(argc, argv);
    if (!times) {
        std::cerr << "no arguments, or five: ORDER POUR SERVE CHANGE EVERY, in seconds, ORDER not "
                     "0\n";
        return 2;
    }
    try {
        print_table(*times);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
