// Two threads write on one bill, in every order in which their steps can come. Each order has to
// come out as if they had done it one after the other.
#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bill.hpp"
#include "schedule.hpp"

namespace {

/// How a use of the bill ends: what is on it, and whether each of the two got what it wanted.
struct Outcome {
    int total;
    bool first;
    bool second;

    bool operator==(const Outcome&) const = default;
};

/// Something that a thread does with the bill. It returns whether that could be done.
struct Use {
    std::string name;
    std::function<bool(Bill&)> run;
};

struct Scene {
    std::string name;
    int total_before;
    Use first;
    Use second;
};

std::string text(const Outcome& outcome) {
    const auto yes_or_no = [](bool yes) { return yes ? "yes" : "no"; };
    return std::to_string(outcome.total) + " (" + yes_or_no(outcome.first) + ", " +
           yes_or_no(outcome.second) + ")";
}

Outcome one_after_the_other(const Scene& scene, bool second_first) {
    Bill bill(scene.total_before);
    Outcome outcome{0, false, false};
    if (second_first) {
        outcome.second = scene.second.run(bill);
    }
    outcome.first = scene.first.run(bill);
    if (!second_first) {
        outcome.second = scene.second.run(bill);
    }
    outcome.total = bill.total();
    return outcome;
}

void print_mistake(const std::string& what, const std::vector<std::string>& steps) {
    std::cout << what << ":\n";
    for (const std::string& step : steps) {
        std::cout << "  " << step << '\n';
    }
    std::cout << std::flush;
}

/// Tries all orders, up to the first that comes out otherwise.
void try_all_orders(const Scene& scene) {
    const std::array right{one_after_the_other(scene, false), one_after_the_other(scene, true)};
    std::cout << scene.name << ", one after the other: " << text(right[0]) << " or "
              << text(right[1]) << '\n';
    Schedule schedule;
    int orders = 0;
    do {
        ++orders;
        const std::string order = scene.name + ", order " + std::to_string(orders);
        Bill bill(scene.total_before);
        Outcome outcome{0, false, false};
        const Work first{scene.first.name, [&] { outcome.first = scene.first.run(bill); }};
        const Work second{scene.second.name, [&] { outcome.second = scene.second.run(bill); }};
        if (!schedule.run(first, second)) {
            print_mistake(order + " has no end", schedule.steps());
            return;
        }
        outcome.total = bill.total();
        if (std::ranges::find(right, outcome) == right.end()) {
            print_mistake(order + " comes out as " + text(outcome), schedule.steps());
            return;
        }
    } while (schedule.next());
    std::cout << scene.name << ", in all " << orders << " orders: so it is\n" << std::flush;
}

std::optional<int> parse_price(std::string_view digits) {
    int price = 0;
    const auto end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, price);
    if (result.ec != std::errc() || result.ptr != end || price < 1 || price > 1000) {
        return std::nullopt;
    }
    return price;
}

Use adds(const std::string& name, int price) {
    return {name, [price](Bill& bill) {
                bill.add(price);
                return true;
            }};
}

Use takes_off(const std::string& name, int amount) {
    return {name, [amount](Bill& bill) { return bill.take_off(amount); }};
}

void try_all_scenes(int coffee, int toast, int voucher) {
    const std::array scenes{
        Scene{"two dishes", 0, adds("coffee", coffee), adds("toast", toast)},
        Scene{"a dish and a voucher", coffee, adds("toast", toast), takes_off("voucher", voucher)},
        Scene{"two vouchers", 2 * voucher - 1, takes_off("voucher", voucher),
              takes_off("copy", voucher)}};
    std::ranges::for_each(scenes, try_all_orders);
}

}  // namespace

int main(int argc, char** argv) {
    const auto coffee = argc == 4 ? parse_price(argv[1]) : std::nullopt;
    const auto toast = argc == 4 ? parse_price(argv[2]) : std::nullopt;
    const auto voucher = argc == 4 ? parse_price(argv[3]) : std::nullopt;
    if (argc != 1 && (!coffee || !toast || !voucher)) {
        std::cerr << "ch01-02 takes the prices of coffee and toast, and what a voucher is worth\n";
        return 2;
    }
    try {
        std::cout.exceptions(std::ios::failbit | std::ios::badbit);
        try_all_scenes(coffee.value_or(3), toast.value_or(5), voucher.value_or(4));
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
