// Five fibers wait for the end of a sixth, and one comes when all is over: also to what ended
// before anybody waited for it. Twice: the second time the work ends in an exception.
#include <exception>
#include <iostream>
#include <string>

#include "completion.hpp"
#include "fibers.hpp"

namespace {

/// No std::exception: whoever waits gets what it was, whatever it was.
struct WorkFailed {
    std::string why;
};

void wait_and_tell(Completion& completion, const std::string& name) {
    try {
        completion.wait();
        std::cout << name << ": it is over\n";
    } catch (const WorkFailed& failure) {
        std::cout << name << ": it has failed: " << failure.why << '\n';
    } catch (...) {
        std::cout << name << ": has got another exception\n";
    }
}

void work(Fibers& fibers, Completion& begun, Completion& completion, std::exception_ptr error) {
    begun.finish(nullptr);
    for (int step = 1; step <= 3; ++step) {
        std::cout << "worker: step " << step << '\n';
        fibers.yield();
    }
    completion.finish(error);
    std::cout << "worker: ends\n";
}

void come_late(Fibers& fibers, Completion& begun, Completion& completion) {
    for (int turn = 0; turn < 8; ++turn) {
        fibers.yield();
    }
    wait_and_tell(begun, "late, for the beginning");
    wait_and_tell(completion, "late, for the end");
}

void play(std::exception_ptr error) {
    Fibers fibers;
    Completion begun(fibers);
    Completion completion(fibers);
    for (const std::string name : {"first", "second", "third", "fourth", "fifth"}) {
        fibers.spawn([&completion, name] { wait_and_tell(completion, name); });
    }
    fibers.spawn([&] { work(fibers, begun, completion, error); });
    fibers.spawn([&] { come_late(fibers, begun, completion); });
    fibers.run();
    std::cout << "main: back after " << fibers.turns() << " turns\n";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: ch05-01 WORD\n";
        return 2;
    }
    try {
        play(nullptr);
        play(std::make_exception_ptr(WorkFailed{argv[1]}));
    } catch (const std::exception& failure) {
        std::cout << "main: " << failure.what() << '\n';
        return 1;
    }
    return 0;
}
