// Ctrl-C and its like: whoever waits for long asks here, and everything is put away on the way out.
#pragma once

namespace checker {

/// Somebody asked this process to stop. No std::exception, since it is nobody's error.
struct Stopped {
    int signal;
};

/// From here on SIGINT, SIGTERM and SIGHUP are only noted.
void note_stop_signals();

/// Throws Stopped once a signal was noted. Any thread.
void throw_if_stopped();

}  // namespace checker
