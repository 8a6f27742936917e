// Runs two threads in every order in which their steps can come, instead of in the one that happens
// to come. A step is a load, a store, or a lock that is taken.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

/// A number in memory that two threads use. As for the processor, a load is one step and a store
/// another, and the other thread may come in between.
class Shared {
public:
    explicit Shared(int value) : value_(value) {}
    int load() const;
    void store(int value);

private:
    int value_;
};

/// A mutex for such threads, to be used as std::mutex is: std::scoped_lock takes it.
class Mutex {
public:
    /// Waits until nobody holds it. That is a step.
    void lock();
    void unlock();
    bool is_held() const { return held_; }

private:
    bool held_ = false;
};

/// What one of the two threads does.
struct Work {
    std::string name;
    std::function<void()> run;
};

/// One order of the steps of two threads, and then the next one. Both are real threads; one of them
/// runs at a time, from one step to the next.
class Schedule {
public:
    /// Runs both to their end, in an order that has not been tried. False if they can't come to an
    /// end: each of them waits for a lock, or they have made 100 steps.
    bool run(const Work& first, const Work& second);

    /// Whether there is another order, for the next run().
    bool next();

    /// What happened in the last run(), a line for each step.
    const std::vector<std::string>& steps() const { return steps_; }

    // For Shared and Mutex, called in one of the two threads.
    void before_step(const Mutex* wanted);
    void note(const std::string& step);

private:
    enum class State { running, before_step, ended };
    struct Worker {
        std::string name;
        State state = State::running;
        const Mutex* wanted = nullptr;  ///< the mutex that its next step takes
    };
    struct Choice {
        std::size_t taken;
        std::size_t possible;
    };

    std::jthread start(std::size_t number, const Work& work);
    void work(std::size_t number, const Work& work);
    bool give_turns();
    void give_turn(std::size_t number);
    std::size_t choose(std::size_t possible);

    // Everything below is handed from thread to thread with the turn.
    std::mutex mutex_;
    std::condition_variable turn_changed_;
    std::size_t turn_ = 0;
    bool giving_up_ = false;
    std::vector<Worker> workers_;
    std::vector<std::string> steps_;
    std::vector<Choice> choices_;  // how the present order differs from others
    std::size_t depth_ = 0;        // how many of these have been made in the present run
};
