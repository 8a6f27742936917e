// A witness for what kills: runs something in a child process, and tells how the child ended.
#pragma once

#include <functional>
#include <optional>

/// What the kernel tells about an access that it did not allow: sigaction(2), si_code and si_addr.
struct Fault {
    int code;             // SEGV_MAPERR: nothing is mapped there; SEGV_ACCERR: mapped, not for this
    const void* address;  // that the instruction wanted
};

struct Ending {
    std::optional<int> signal;   // that killed the child; none: it ended by itself
    std::optional<Fault> fault;  // the first one, if there was any
};

/// Forks a child that calls `action` and ends, and waits for its end. The child has copies of all
/// that this process has; it prints nothing of ours twice only if stdout has been flushed. Throws
/// std::system_error, named after the call that the system refused.
[[nodiscard]] Ending run_in_child(const std::function<void()>& action);
