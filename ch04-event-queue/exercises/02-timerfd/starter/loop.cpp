// The loop of a program that waits for five connections and for a timer.
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "owned_fd.hpp"
#include "session.hpp"

void run_loop(Session& session) {
    Events events;
    // your code
    while (session.unfinished() > 0) {
        session.wait(events);
        for (const Event& event : events) {
            session.act(event);
        }
    }
    // end
}
