// Wrong: after one request, two threads lock two mutexes in opposite orders.
// A barrier makes sure that each holds its first mutex when it asks for the second.
// Verdict: stuck, at 1000 ms, one reply printed; two threads in futex waits, main waits for both.
#include <barrier>
#include <future>
#include <mutex>

#include "client.hpp"

namespace {

void lock_in_opposite_orders(const sockaddr_in& server) {
    fixture::print_received(fixture::get(server, fixture::milliseconds{1000}, "HelloWorld1"));
    std::mutex left;
    std::mutex right;
    std::barrier both_hold_one(2);
    const auto lock_both = [&both_hold_one](std::mutex& first, std::mutex& second) {
        const std::lock_guard one(first);
        both_hold_one.arrive_and_wait();
        const std::lock_guard two(second);
    };
    auto one = std::async(std::launch::async, [&] { lock_both(left, right); });
    auto two = std::async(std::launch::async, [&] { lock_both(right, left); });
    one.get();
    two.get();
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, lock_in_opposite_orders);
}
