// Promises: where an outcome and its observers meet, whichever comes first.
#include "promise.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

/// Either there is no outcome and observers may be waiting, or there is one and nobody waits.
struct Promise::State {
    std::optional<Outcome> outcome;
    std::vector<std::function<void(const Outcome&)>> observers;
};

Promise::Promise() : state_(std::make_shared<State>()) {}

Promise::Promise(Moment value) : Promise() {
    state_->outcome = Outcome{value, nullptr};
}

void Promise::settle(const Outcome& outcome) const {
    if (state_->outcome) {
        throw std::logic_error("a promise is settled twice");
    }
    state_->outcome = outcome;
    // Taken out first: each is called once, and whoever is added from now on is called at once.
    for (const auto& observer : std::exchange(state_->observers, {})) {
        observer(outcome);
    }
}

void Promise::when_settled(std::function<void(const Outcome&)> observer) const {
    if (state_->outcome) {
        observer(*state_->outcome);
    } else {
        state_->observers.push_back(std::move(observer));
    }
}

Promise Promise::then(std::function<Promise(Moment)> next) const {
    const Promise result;
    when_settled([next, result](const Outcome& outcome) {
        if (outcome.error) {
            result.settle(outcome);
            return;
        }
        Promise inner;
        try {
            inner = next(outcome.value);
        } catch (...) {
            inner.settle({Moment(), std::current_exception()});
        }
        inner.when_settled([result](const Outcome& last) { result.settle(last); });
    });
    return result;
}

void Promise::catch_error(std::function<void(std::exception_ptr)> handler) const {
    when_settled([handler](const Outcome& outcome) {
        if (outcome.error) {
            handler(outcome.error);
        }
    });
}

Promise both(const Promise& first, const Promise& second) {
    const Promise result;
    // As with threads: wait for the first, then for the second, which may be over by then.
    first.when_settled([second, result](const Outcome& one) {
        second.when_settled([one, result](const Outcome& other) {
            const std::exception_ptr error = one.error ? one.error : other.error;
            result.settle({std::max(one.value, other.value), error});
        });
    });
    return result;
}
