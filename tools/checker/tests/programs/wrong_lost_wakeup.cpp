// Wrong: a thread signals a condition variable at 1000 ms; main starts to wait for it at 2000 ms.
// Main clears the flag before it waits, so the signal of the past is lost.
// Verdict: stuck, at 2000 ms, two replies printed; one thread, in futex wait.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "client.hpp"

namespace {

void clear_the_flag_before_waiting(const sockaddr_in& server) {
    std::mutex mutex;
    std::condition_variable signalled;
    bool ready = false;
    const std::jthread other([&] {
        fixture::print_received(fixture::get(server, fixture::milliseconds{1000}, "HelloWorld1"));
        const std::lock_guard lock(mutex);
        ready = true;
        signalled.notify_one();
    });
    fixture::print_received(fixture::get(server, fixture::milliseconds{2000}, "HelloWorld2"));
    std::unique_lock lock(mutex);
    ready = false;
    signalled.wait(lock, [&] { return ready; });
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, clear_the_flag_before_waiting);
}
