// Six fibers in different situations, and a seventh that cancels them all. With the argument
// `failing` another one that fails when it is told to go.
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fibers.hpp"

namespace {

/// A local variable that says when it is destroyed.
class Local {
public:
    explicit Local(std::string name) : name_(std::move(name)) {}
    Local(const Local&) = delete;
    Local& operator=(const Local&) = delete;
    ~Local() { std::cout << name_ << ": destroyed\n"; }

private:
    std::string name_;
};

/// One that takes a turn to be destroyed, as if it had to say goodbye to somebody.
class SlowLocal {
public:
    SlowLocal(Fibers& fibers, std::string name) : fibers_(fibers), name_(std::move(name)) {}
    SlowLocal(const SlowLocal&) = delete;
    SlowLocal& operator=(const SlowLocal&) = delete;
    ~SlowLocal() {
        std::cout << name_ << ": yields while it is destroyed\n";
        fibers_.yield();
        std::cout << name_ << ": destroyed\n";
    }

private:
    Fibers& fibers_;
    std::string name_;
};

void wait_forever(Fibers& fibers) {
    const Local local("parked");
    fibers.park();
    std::cout << "parked: goes on\n";
}

void go_on_and_on(Fibers& fibers) {
    const Local local("busy");
    for (int turn = 1; turn <= 5; ++turn) {
        std::cout << "busy: turn " << turn << '\n';
        fibers.yield();
    }
    std::cout << "busy: has had all its turns\n";
}

void go_down(Fibers& fibers, int depth) {
    const Local local("deep " + std::to_string(depth));
    if (depth < 3) {
        go_down(fibers, depth + 1);
    } else {
        fibers.park();
    }
    std::cout << "deep " << depth << ": goes on\n";
}

void say_goodbye_slowly(Fibers& fibers) {
    const SlowLocal local(fibers, "slow");
    fibers.park();
    std::cout << "slow: goes on\n";
}

void catch_exceptions(Fibers& fibers) {
    const Local local("careful");
    try {
        fibers.park();
        std::cout << "careful: goes on\n";
    } catch (const std::exception& error) {
        std::cout << "careful: has caught " << error.what() << '\n';
    } catch (const Cancelled&) {
        std::cout << "careful: is cancelled, and lets it pass\n";
        throw;
    } catch (...) {
        std::cout << "careful: has caught what is no Cancelled\n";
    }
}

/// Keeps what it should let pass. The next time that it waits it is told again.
void catch_all(Fibers& fibers) {
    const Local local("stubborn");
    try {
        fibers.park();
        std::cout << "stubborn: goes on\n";
    } catch (...) {
        std::cout << "stubborn: stays\n";
    }
    fibers.yield();
    std::cout << "stubborn: is told only once\n";
}

void fail_to_go(Fibers& fibers) {
    try {
        fibers.park();
    } catch (const Cancelled&) {
        std::cout << "failing: can't clean up\n";
        throw std::runtime_error("can't clean up");
    }
}

void cancel_all(Fibers& fibers, std::vector<Fibers::Fiber*> others) {
    fibers.yield();
    others.push_back(fibers.spawn([] { std::cout << "unborn: begins\n"; }));
    std::cout << "canceller: cancels all\n";
    for (Fibers::Fiber* const other : others) {
        fibers.cancel(other);
    }
}

void play(bool with_failing) {
    Fibers fibers;
    std::vector<Fibers::Fiber*> others;
    others.push_back(fibers.spawn([&] { wait_forever(fibers); }));
    others.push_back(fibers.spawn([&] { go_on_and_on(fibers); }));
    others.push_back(fibers.spawn([&] { go_down(fibers, 1); }));
    others.push_back(fibers.spawn([&] { say_goodbye_slowly(fibers); }));
    others.push_back(fibers.spawn([&] { catch_exceptions(fibers); }));
    others.push_back(fibers.spawn([&] { catch_all(fibers); }));
    if (with_failing) {
        others.push_back(fibers.spawn([&] { fail_to_go(fibers); }));
    }
    fibers.spawn([&] { cancel_all(fibers, others); });
    fibers.run();
    std::cout << (fibers.alive() ? "main: some are left\n" : "main: all have ended\n");
}

}  // namespace

int main(int argc, char** argv) {
    const bool with_failing = argc == 2 && std::string_view(argv[1]) == "failing";
    if (argc != 1 && !with_failing) {
        std::cerr << "usage: ch05-04 [failing]\n";
        return 2;
    }
    // Each line is written at once: who is aborted loses what is still to be written.
    std::cout << std::unitbuf;
    try {
        play(with_failing);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
