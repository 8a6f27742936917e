// A bartender who makes stout. What an unfinished glass needs to be remembered is up to you.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bar.hpp"
#include "stout.hpp"

class Bartender {
public:
    /// Both must live as long as the bartender.
    Bartender(const Recipe& recipe, Queue& queue) : recipe_(&recipe), queue_(&queue) {}

    [[nodiscard]] const Shift& shift() const noexcept { return shift_; }

    // your code
    /// One step of one drink; or, if there is nothing to do yet, waiting until there is.
    void take_turn() {
        const auto first = std::ranges::min_element(glasses_, {}, &Glass::ready);
        if (first != glasses_.end() && first->ready <= shift_.now()) {
            const Glass glass = *first;
            glasses_.erase(first);
            go_on(glass);
        } else if (queue_->next() <= shift_.now()) {
            at_hand_ = queue_->take();
            go_on({at_hand_, 0, shift_.now()});
        } else {
            const Seconds next = queue_->next();
            shift_.idle_until(first == glasses_.end() ? next : std::min(next, first->ready));
        }
    }

private:
    /// What is needed to go on with a drink: all that a waiting bartender has in mind.
    struct Glass {
        int customer;
        std::size_t step;
        Seconds ready;
    };

    void go_on(const Glass& glass) {
        if (glass.customer != at_hand_) {
            shift_.change(recipe_->change);
            at_hand_ = glass.customer;
        }
        const Step& step = recipe_->steps.at(glass.step);
        shift_.work(step.hands);
        if (glass.step + 1 == recipe_->steps.size()) {
            shift_.served();
        } else {
            glasses_.push_back({glass.customer, glass.step + 1, shift_.now() + step.machine});
        }
    }

    std::vector<Glass> glasses_;  // with the machine, in the order in which they were put there
    int at_hand_ = -1;            // whose glass the hands were at last

    // end

    const Recipe* recipe_;
    Queue* queue_;
    Shift shift_;
};
