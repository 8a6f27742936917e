// Hands the turn from thread to thread, and goes through all ways in which that can be done.
#include "schedule.hpp"

#include <stdexcept>

namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);
constexpr std::size_t most_steps = 100;

/// Takes a thread out of an order that has no end.
struct GivenUp {};

/// The schedule and the number of this thread, if it is one of the two.
thread_local Schedule* my_schedule = nullptr;
thread_local std::size_t my_number = nobody;

}  // namespace

int Shared::load() const {
    if (my_schedule != nullptr) {
        my_schedule->before_step(nullptr);
        my_schedule->note("loads " + std::to_string(value_));
    }
    return value_;
}

void Shared::store(int value) {
    if (my_schedule != nullptr) {
        my_schedule->before_step(nullptr);
        my_schedule->note("stores " + std::to_string(value));
    }
    value_ = value;
}

void Mutex::lock() {
    if (my_schedule != nullptr) {
        my_schedule->before_step(this);
        my_schedule->note("locks");
    }
    held_ = true;
}

// No step of its own: nobody can tell whether something happened just before it or just after.
void Mutex::unlock() {
    held_ = false;
    if (my_schedule != nullptr) {
        my_schedule->note("unlocks");
    }
}

bool Schedule::run(const Work& first, const Work& second) {
    workers_ = {Worker{first.name}, Worker{second.name}};
    steps_.clear();
    depth_ = 0;
    giving_up_ = false;
    const std::jthread first_thread = start(0, first);
    const std::jthread second_thread = start(1, second);
    return give_turns();
}

bool Schedule::next() {
    while (!choices_.empty() && choices_.back().taken + 1 == choices_.back().possible) {
        choices_.pop_back();
    }
    if (choices_.empty()) {
        return false;
    }
    ++choices_.back().taken;
    return true;
}

void Schedule::before_step(const Mutex* wanted) {
    std::unique_lock lock(mutex_);
    Worker& worker = workers_[my_number];
    worker.state = State::before_step;
    worker.wanted = wanted;
    turn_ = nobody;
    turn_changed_.notify_all();
    turn_changed_.wait(lock, [&] { return turn_ == my_number; });
    worker.state = State::running;
    if (giving_up_) {
        throw GivenUp();
    }
}

void Schedule::note(const std::string& step) {
    steps_.push_back(workers_[my_number].name + " " + step);
}

/// Both begin before the first turn is given, and come as far as their first step.
std::jthread Schedule::start(std::size_t number, const Work& work) {
    turn_ = number;
    std::jthread thread([this, number, &work] { this->work(number, work); });
    std::unique_lock lock(mutex_);
    turn_changed_.wait(lock, [&] { return turn_ == nobody; });
    return thread;
}

void Schedule::work(std::size_t number, const Work& work) {
    my_schedule = this;
    my_number = number;
    try {
        work.run();
    } catch (const GivenUp&) {
        // give_turns() knows: it is the one who gave up.
    }
    const std::scoped_lock lock(mutex_);
    workers_[number].state = State::ended;
    turn_ = nobody;
    turn_changed_.notify_all();
}

bool Schedule::give_turns() {
    for (;;) {
        std::vector<std::size_t> unfinished;
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < workers_.size(); ++i) {
            const Worker& worker = workers_[i];
            if (worker.state != State::ended) {
                unfinished.push_back(i);
                if (worker.wanted == nullptr || !worker.wanted->is_held()) {
                    ready.push_back(i);
                }
            }
        }
        if (unfinished.empty()) {
            return true;
        }
        if (ready.empty() || steps_.size() >= most_steps) {
            giving_up_ = true;
            for (const std::size_t number : unfinished) {
                give_turn(number);
            }
            return false;
        }
        give_turn(ready[choose(ready.size())]);
    }
}

/// Comes back when that thread is before its next step, or has ended.
void Schedule::give_turn(std::size_t number) {
    std::unique_lock lock(mutex_);
    turn_ = number;
    turn_changed_.notify_all();
    turn_changed_.wait(lock, [&] { return turn_ == nobody; });
}

/// The same choices as in the run before, as far as next() has left them, and from there on the
/// first.
std::size_t Schedule::choose(std::size_t possible) {
    if (depth_ == choices_.size()) {
        choices_.push_back({0, possible});
    }
    const Choice& choice = choices_[depth_];
    if (choice.possible != possible) {
        throw std::logic_error("the same order has come out differently");
    }
    ++depth_;
    return choice.taken;
}
