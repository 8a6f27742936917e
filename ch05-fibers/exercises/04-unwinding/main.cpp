// Fibers in different situations, and one that cancels all but one of them. With an argument one
// more, which fails: `told`, when it is told to go; `untold`, before anybody has told it.
#include <exception>
#include <iostream>
#include <memory>
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
        if (fibers_.current() == nullptr) {
            std::cout << name_ << ": destroyed by main\n";
            return;
        }
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

void go_on_and_on(Fibers& fibers, const std::string& name) {
    const Local local(name);
    for (int turn = 1; turn <= 4; ++turn) {
        std::cout << name << ": turn " << turn << '\n';
        fibers.yield();
    }
    std::cout << name << ": has had all its turns\n";
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

/// Keeps what it should let pass. Whenever it waits it is told again, also where it handles that.
void catch_all(Fibers& fibers) {
    const Local local("stubborn");
    try {
        fibers.park();
        std::cout << "stubborn: goes on\n";
    } catch (...) {
        std::cout << "stubborn: stays\n";
        try {
            fibers.yield();
            std::cout << "stubborn: is not told within a handler\n";
        } catch (const Cancelled&) {
            std::cout << "stubborn: stays once more\n";
        }
    }
    fibers.yield();
    std::cout << "stubborn: is told no more\n";
}

/// What it throws is nobody's exception class.
void fail_when_told(Fibers& fibers) {
    try {
        fibers.park();
    } catch (const Cancelled&) {
        std::cout << "failing: can't clean up\n";
        throw 5;
    }
}

void fail_untold() {
    std::cout << "failing: nobody has cancelled it\n";
    throw std::runtime_error("an error");
}

void cancel_all(Fibers& fibers, std::vector<Fibers::Fiber*> others) {
    fibers.yield();
    others.push_back(fibers.spawn([local = std::make_unique<const SlowLocal>(fibers, "unborn")] {
        std::cout << "unborn: begins\n";
    }));
    std::cout << "canceller: cancels all\n";
    for (Fibers::Fiber* const other : others) {
        fibers.cancel(other);
    }
    fibers.yield();
    std::cout << "canceller: goes on\n";
}

void play(std::string_view failing) {
    Fibers fibers;
    std::vector<Fibers::Fiber*> others;
    others.push_back(fibers.spawn([&] { wait_forever(fibers); }));
    others.push_back(fibers.spawn([&] { go_on_and_on(fibers, "busy"); }));
    others.push_back(fibers.spawn([&] { go_down(fibers, 1); }));
    others.push_back(fibers.spawn([&] { say_goodbye_slowly(fibers); }));
    others.push_back(fibers.spawn([&] { catch_exceptions(fibers); }));
    others.push_back(fibers.spawn([&] { catch_all(fibers); }));
    others.push_back(fibers.spawn(
        [&fibers, local = std::make_unique<const SlowLocal>(fibers, "held")] { fibers.park(); }));
    if (failing == "told") {
        others.push_back(fibers.spawn([&] { fail_when_told(fibers); }));
    } else if (failing == "untold") {
        fibers.spawn(fail_untold);
    }
    fibers.spawn([&] { cancel_all(fibers, others); });
    fibers.spawn([&] { go_on_and_on(fibers, "spared"); });
    others.push_back(
        fibers.spawn([local = std::make_unique<const SlowLocal>(fibers, "leaving")] {}));
    fibers.run();
    std::cout << (fibers.alive() ? "main: some are left\n" : "main: all have ended\n");
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view failing = argc > 1 ? argv[1] : "";
    if (argc > 2 || (argc == 2 && failing != "told" && failing != "untold")) {
        std::cerr << "usage: ch05-04 [told|untold]\n";
        return 2;
    }
    // Each line is written at once: who is aborted loses what is still to be written.
    std::cout << std::unitbuf;
    try {
        play(failing);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
