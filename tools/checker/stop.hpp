// Ctrl-C and its like: whoever waits for long asks here, and everything is put away on the way out.
#pragma once

#include <chrono>
#include <optional>

namespace checker {

/// Somebody asked this process to stop. No std::exception, since it is nobody's error.
struct Stopped {
    int signal;
};

/// From here on SIGINT, SIGTERM and SIGHUP are only noted.
void note_stop_signals();

/// Throws Stopped once a signal was noted. Any thread.
void throw_if_stopped();

/// Waits until `fd` can be read, at most for `limit` if there is one; whether it can. Throws
/// Stopped, also for a signal that comes between two looks, and std::system_error. One thread only.
bool wait_readable(int fd, std::optional<std::chrono::milliseconds> limit);

}  // namespace checker
