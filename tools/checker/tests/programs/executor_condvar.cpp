// Executors on a condition variable: 12 threads park, one reactor thread in epoll unparks them.
// Tricky: between the reactor's notify and the executor's run, every thread may look asleep.
// Elapsed: 5000 ms, the sum in each executor, so one late wake-up anywhere makes it more.
#include <condition_variable>
#include <mutex>

#include "executors.hpp"

namespace {

class CondvarParker {
public:
    void park() {
        std::unique_lock lock(mutex_);
        unparked_.wait(lock, [this] { return token_; });
        token_ = false;
    }
    void unpark() {
        const std::lock_guard lock(mutex_);
        token_ = true;
        unparked_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable unparked_;
    bool token_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, fixture::run_executors<CondvarParker>);
}
