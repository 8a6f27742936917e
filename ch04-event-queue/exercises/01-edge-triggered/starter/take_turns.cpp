// Who takes the next step, and when to wait for events.
#include <chrono>
#include <optional>
#include <set>

#include "downloads.hpp"

void take_turns(Downloads& downloads) {
    Events events;
    // your code
    while (downloads.unfinished() > 0) {
        downloads.wait(events, std::nullopt);
        for (const Event& event : events) {
            downloads.step(event.token);
        }
    }
    // end
}
