// Threads: 24 threads with one blocking request each, 100 to 2400 ms, all joined.
// Tricky: threads start late and one by one; the last one has the longest delay, so a clock that
// moves before it has sent its request shows. Elapsed: 2400 ms.
#include <future>

#include "client.hpp"

namespace {

void one_thread_each(const sockaddr_in& server) {
    std::vector<std::future<void>> threads;
    for (int i = 1; i <= 24; ++i) {
        threads.push_back(std::async(std::launch::async, [server, i] {
            const auto message = "HelloWorld" + std::to_string(i);
            fixture::print_received(fixture::get(server, fixture::milliseconds{i * 100}, message));
        }));
    }
    // get() joins the thread and throws on what it threw.
    for (auto& thread : threads) {
        thread.get();
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, one_thread_each);
}
