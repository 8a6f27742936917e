// Thread bomb: starts sleeping threads until it may not, or until a fuse blows; then sleeps too.
// Verdict: stuck, with no more threads than processes are allowed.
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "../programs/client.hpp"
#include "contained.hpp"

int main() {
    hostile::only_in_containment();
    constexpr int fuse = 2000;
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    int threads = 1;
    try {
        for (; threads < fuse; ++threads) {
            std::thread([&] {
                std::unique_lock own(mutex);
                never.wait(own, [] { return false; });
            }).detach();
        }
    } catch (const std::system_error&) {
    }
    fixture::print_line(std::to_string(threads));
    never.wait(lock, [] { return false; });
}
