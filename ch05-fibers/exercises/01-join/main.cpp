// Three fibers wait for the end of a fourth, and a fifth comes when all is over. Twice: the second
// time the work ends in an exception.
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include "completion.hpp"
#include "fibers.hpp"

namespace {

void wait_and_tell(Completion& completion, const std::string& name) {
    try {
        completion.wait();
        std::cout << name << ": it is over\n";
    } catch (const std::exception& error) {
        std::cout << name << ": it has failed: " << error.what() << '\n';
    }
}

void work(Fibers& fibers, Completion& completion, std::exception_ptr error) {
    for (int step = 1; step <= 3; ++step) {
        std::cout << "worker: step " << step << '\n';
        fibers.yield();
    }
    completion.finish(error);
    std::cout << "worker: ends\n";
}

void come_late(Fibers& fibers, Completion& completion) {
    for (int turn = 0; turn < 8; ++turn) {
        fibers.yield();
    }
    wait_and_tell(completion, "late");
}

void play(std::exception_ptr error) {
    Fibers fibers;
    Completion completion(fibers);
    for (const std::string name : {"first", "second", "third"}) {
        fibers.spawn([&completion, name] { wait_and_tell(completion, name); });
    }
    fibers.spawn([&] { work(fibers, completion, error); });
    fibers.spawn([&] { come_late(fibers, completion); });
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
        play(std::make_exception_ptr(std::runtime_error(argv[1])));
    } catch (const std::exception& failure) {
        std::cout << "main: " << failure.what() << '\n';
        return 1;
    }
    return 0;
}
