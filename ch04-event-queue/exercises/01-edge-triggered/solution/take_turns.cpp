// Who takes the next step, and when to wait for events.
#include <chrono>
#include <optional>
#include <set>

#include "downloads.hpp"

void take_turns(Downloads& downloads) {
    Events events;
    // your code
    // An event adds a connection; only a step that comes to nothing takes it out again.
    std::set<Token> ready;
    while (downloads.unfinished() > 0) {
        if (ready.empty()) {
            downloads.wait(events, std::nullopt);
        } else {
            downloads.wait(events, std::chrono::milliseconds(0));
        }
        for (const Event& event : events) {
            ready.insert(event.token);
        }
        std::erase_if(ready, [&](Token token) { return downloads.step(token) != Step::more; });
    }
    // end
}
