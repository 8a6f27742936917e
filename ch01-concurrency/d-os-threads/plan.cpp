// Reads the plan from the command line.
#include "plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

namespace {

constexpr std::array names{"water", "beans", "brewing", "bread", "butter", "spreading"};
constexpr std::array<int, names.size()> usual_lengths{120, 80, 60, 100, 40, 50};

std::optional<Moment> parse_length(std::string_view digits) {
    int length = 0;
    const auto end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, length);
    if (result.ec != std::errc() || result.ptr != end || length < 0 || length > 999'999) {
        return std::nullopt;
    }
    return Moment(length);
}

}  // namespace

std::optional<Plan> parse_plan(int argc, const char* const* argv) {
    const auto count = static_cast<std::size_t>(argc);
    if (count != 1 && count != names.size() + 1 && count != names.size() + 2) {
        return std::nullopt;
    }
    const std::string_view failing = count == names.size() + 2 ? argv[names.size() + 1] : "";
    if (!failing.empty() && std::ranges::find(names, failing) == names.end()) {
        return std::nullopt;
    }
    std::array<Step, names.size()> steps;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto length = count == 1 ? Moment(usual_lengths[i]) : parse_length(argv[i + 1]);
        if (!length) {
            return std::nullopt;
        }
        const std::string dish = i < names.size() / 2 ? "coffee: " : "toast: ";
        steps[i] = Step{dish + names[i], *length, failing == names[i]};
    }
    return Plan{Dish{"coffee", steps[0], steps[1], steps[2]},
                Dish{"toast", steps[3], steps[4], steps[5]}};
}

Moment sum_of_steps(const Plan& plan) {
    Moment sum{0};
    for (const Dish* dish : {&plan.coffee, &plan.toast}) {
        sum += dish->first.length + dish->second.length + dish->finish.length;
    }
    return sum;
}

std::string text(Moment moment) {
    return std::to_string(moment.count());
}
