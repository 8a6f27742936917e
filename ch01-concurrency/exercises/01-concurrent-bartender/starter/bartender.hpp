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
        if (queue_->next() > shift_.now()) {
            shift_.idle_until(queue_->next());
            return;
        }
        queue_->take();
        for (const Step& step : recipe_->steps) {
            shift_.work(step.hands);
            shift_.idle_until(shift_.now() + step.machine);
        }
        shift_.served();
    }

private:
    // end

    const Recipe* recipe_;
    Queue* queue_;
    Shift shift_;
};
