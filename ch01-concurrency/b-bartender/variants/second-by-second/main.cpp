// The same bar by another method, to be compared with: no turns and no leaps, every second of the
// hour is looked at, and each bartender spends it on something.
#include <charconv>
#include <cstddef>
#include <deque>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class Purpose { working, changing, idle };

struct Step {
    Purpose purpose;
    int seconds_left;
    bool pours = false;   // at its end the machine runs
    bool serves = false;  // at its end a drink is served
};

struct Glass {
    int customer;
    int ready_at;
};

struct Bartender {
    std::deque<Step> plan;
    std::vector<Glass> set_aside;
    int customer = -1;
    int drinks = 0;
    std::map<Purpose, int> spent;
};

using Times = std::map<std::string, int, std::less<>>;

// Steps that are over, or take no time, have their effect and are gone.
void finish_steps(Bartender& bartender, const Times& times, int second) {
    while (!bartender.plan.empty() && bartender.plan.front().seconds_left == 0) {
        const Step step = bartender.plan.front();
        bartender.plan.pop_front();
        bartender.drinks += step.serves ? 1 : 0;
        if (step.pours) {
            bartender.set_aside.push_back({bartender.customer, second + times.at("pour")});
        }
    }
}

void plan_serving(Bartender& bartender, const Times& times) {
    const Glass glass = bartender.set_aside.front();
    bartender.set_aside.erase(bartender.set_aside.begin());
    if (glass.customer != bartender.customer) {
        bartender.plan.push_back({Purpose::changing, times.at("change")});
    }
    bartender.customer = glass.customer;
    bartender.plan.push_back({Purpose::working, times.at("serve"), false, true});
}

// False if there is nothing to do in this second.
bool plan_something(Bartender& bartender, const Times& times, int second, int& customers_served,
                    bool turns_to_others) {
    if (!bartender.set_aside.empty() && bartender.set_aside.front().ready_at <= second) {
        plan_serving(bartender, times);
        return true;
    }
    if (customers_served * times.at("every") > second) {
        return false;
    }
    bartender.customer = customers_served++;
    bartender.plan.push_back({Purpose::working, times.at("order"), turns_to_others, false});
    if (!turns_to_others) {
        bartender.plan.push_back({Purpose::idle, times.at("pour")});
        bartender.plan.push_back({Purpose::working, times.at("serve"), false, true});
    }
    return true;
}

void print_hour(const char* name, std::size_t count, const Times& times, bool turns_to_others) {
    std::vector<Bartender> bartenders(count);
    int customers_served = 0;
    for (int second = 0; second <= 3600; ++second) {
        for (Bartender& bartender : bartenders) {
            finish_steps(bartender, times, second);
            if (second == 3600) {
                continue;
            }
            while (bartender.plan.empty() &&
                   plan_something(bartender, times, second, customers_served, turns_to_others)) {
                finish_steps(bartender, times, second);
            }
            if (bartender.plan.empty()) {
                ++bartender.spent[Purpose::idle];
            } else {
                ++bartender.spent[bartender.plan.front().purpose];
                --bartender.plan.front().seconds_left;
            }
        }
    }
    int drinks = 0;
    std::map<Purpose, int> spent;
    for (const Bartender& bartender : bartenders) {
        drinks += bartender.drinks;
        for (const auto& [purpose, seconds] : bartender.spent) {
            spent[purpose] += seconds;
        }
    }
    const int tenths = spent[Purpose::working] * 1000 / (static_cast<int>(count) * 3600);
    std::cout << std::left << std::setw(30) << name << std::right << std::setw(6) << drinks
              << std::setw(9) << spent[Purpose::working] << std::setw(10)
              << spent[Purpose::changing] << std::setw(6) << spent[Purpose::idle] << std::setw(5)
              << tenths / 10 << '.' << tenths % 10 << " %\n";
}

}  // namespace

int main(int argc, char** argv) {
    Times times{{"order", 10}, {"pour", 100}, {"serve", 10}, {"change", 2}, {"every", 0}};
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        const std::size_t equals = argument.find('=');
        if (equals == std::string_view::npos) {
            return 2;
        }
        std::from_chars(argument.data() + equals + 1, argument.data() + argument.size(),
                        times[std::string(argument.substr(0, equals))]);
    }
    std::cout << "order " << times["order"] << " s, pour " << times["pour"] << " s, serve "
              << times["serve"] << " s, change " << times["change"] << " s, a customer every "
              << times["every"] << " s\n"
              << "                              drinks  working  changing  idle  at work\n";
    print_hour("one waits", 1, times, false);
    print_hour("one turns to others", 1, times, true);
    print_hour("two wait", 2, times, false);
    print_hour("two turn to others", 2, times, true);
    return 0;
}
