// The rules of a promise, each tried with promises that are settled by hand.
#include "rules.hpp"

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include "plan.hpp"
#include "promise.hpp"

namespace {

void say(const std::string& line) {
    std::cout << line << '\n' << std::flush;
}

const Outcome five{Moment(5), nullptr};

Outcome failure() {
    return {Moment(), std::make_exception_ptr(std::runtime_error("no milk"))};
}

void tell(const Promise& promise, const std::string& who) {
    promise.when_settled([who](const Outcome& outcome) {
        say(who + (outcome.error ? ": an error" : ": " + text(outcome.value)));
    });
}

void tell_error(const Promise& promise, const std::string& who) {
    promise.catch_error([who](std::exception_ptr) { say(who + ": an error"); });
}

void all_are_told() {
    const Promise promise;
    tell(promise, "who asks early");
    tell(promise, "who asks early, too");
    promise.settle(five);
    tell(promise, "who asks late");
}

void errors_are_told() {
    const Promise promise;
    tell_error(promise, "who handles errors early");
    promise.settle(failure());
    tell_error(promise, "who handles errors late");
}

void settled_once() {
    const Promise promise;
    promise.settle(five);
    try {
        promise.settle(failure());
        say("settled twice: taken");
    } catch (const std::logic_error&) {
        say("settled twice: refused");
    }
    tell(promise, "afterwards");
}

void both_wait_for_both() {
    const Promise first;
    const Promise second;
    tell(both(first, second), "both");
    first.settle(failure());
    say("the first of both has failed, the second goes on");
    second.settle(five);
}

/// An error of whoever is told belongs to whoever settles, not to a link further up.
void observers_throw() {
    const Promise promise;
    promise.then([](Moment value) { return value; }).when_settled([](const Outcome&) {
        throw std::runtime_error("the observer's own error");
    });
    try {
        promise.settle(five);
    } catch (const std::exception& error) {
        say(std::string("out of settle() comes: ") + error.what());
    }
}

/// What an observer has captured would otherwise live as long as the promise, or for ever if it
/// has captured the promise itself.
void observers_are_let_go() {
    const auto captured = std::make_shared<int>(0);
    const Promise promise;
    promise.when_settled([captured](const Outcome&) {});
    promise.settle(five);
    say(std::string("who has been told: ") + (captured.use_count() == 1 ? "let go" : "kept"));
}

}  // namespace

void print_rules() {
    all_are_told();
    errors_are_told();
    settled_once();
    both_wait_for_both();
    observers_throw();
    observers_are_let_go();
}
