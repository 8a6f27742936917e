// Chapter 5's fibers: two on one thread that yield in turns.
#include "contender.hpp"
#include "fibers.hpp"

int main(int argc, char** argv) {
    return contender::contend(argc, argv, "ch05/d Fibers::yield", [](std::uint64_t count) {
        Fibers fibers;
        const auto yield = [count, &fibers] {
            for (std::uint64_t i = 0; i < count; i += 2) {
                fibers.yield();
            }
        };
        JoinHandle first = fibers.spawn(yield);
        JoinHandle second = fibers.spawn(yield);
        first.join();
        second.join();
    });
}
