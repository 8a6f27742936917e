// Executors on a raw futex: 12 threads park, one reactor thread in epoll unparks them.
// Tricky: no lock is held around the wake-up, and a woken thread still shows the futex call.
// Elapsed: 5000 ms, the sum in each executor, so one late wake-up anywhere makes it more.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "executors.hpp"

namespace {

/// The word is 0, or 1 while there is a token; see futex(2).
class FutexParker {
public:
    void park() {
        // Acquire: pairs with unpark's release, so that what the waker did is seen.
        while (word_.exchange(0, std::memory_order_acquire) == 0) {
            const long result = syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, 0U, nullptr);
            if (result == -1 && errno != EAGAIN && errno != EINTR) {
                fixture::checked(result, "futex");
            }
        }
    }
    void unpark() {
        // Release: pairs with park's acquire.
        word_.store(1, std::memory_order_release);
        fixture::checked(syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1), "futex");
    }

private:
    static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));
    std::atomic<std::uint32_t> word_{0};
};

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, fixture::run_executors<FutexParker>);
}
