// Executors on an eventfd each: 12 threads park in read(2), one reactor thread unparks them.
// Tricky: the wake-up is a descriptor's, so no futex and no socket shows that work is on its way.
// Elapsed: 5000 ms, the sum in each executor, so one late wake-up anywhere makes it more.
#include "executors.hpp"

namespace {

class EventfdParker {
public:
    EventfdParker() : event_(fixture::checked_int(eventfd(0, EFD_CLOEXEC), "eventfd")) {}
    void park() {
        eventfd_t tokens = 0;
        while (eventfd_read(event_.get(), &tokens) == -1) {
            if (errno != EINTR) {
                fixture::checked(-1, "eventfd_read");
            }
        }
    }
    void unpark() { fixture::signal_eventfd(event_.get()); }

private:
    fixture::Fd event_;
};

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, fixture::run_executors<EventfdParker>);
}
