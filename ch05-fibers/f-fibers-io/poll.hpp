// The event queue: one wait for many descriptors. It tells which of them are ready; it moves no
// bytes, and it knows nothing of sockets or HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "owned_fd.hpp"

/// A number of the caller's choice that comes back with every event of a descriptor and tells whose
/// event it is. The queue itself never looks at it.
using Token = std::uint64_t;

/// What to be told about.
enum class Interest { readable, writable, both };

/// When to be told. level: as long as it is ready. edge: when something new has happened, and not
/// again before more has; whoever is told has to go on until the call would block. See epoll(7).
enum class Trigger { level, edge };

/// Says that a read or a write is worth a try, not that it will succeed: either may still report
/// that it would block.
struct Event {
    Token token;
    bool readable;  ///< bytes, the end of them, or an error: the next read tells which
    bool writable;  ///< room, a finished connect, or an error: the next write tells which
};

/// What one wait found: at most one Event for each registration.
using Events = std::vector<Event>;

/// Puts descriptors on a Poll's list and takes them off. A copyable handle that must not outlive
/// its Poll. Any thread may call it, also while another one is inside Poll::poll(). The descriptors
/// stay the caller's; remove one before you close it, so that a stale event can't find its token.
/// All three throw std::system_error, named epoll_ctl: a descriptor that is there already (add),
/// one that isn't (modify, remove), one that can't be waited for, such as a plain file (add).
class Registry {
public:
    /// If `fd` is ready already, that counts as new: there is no gap in which an edge gets lost.
    void add(int fd, Token token, Interest interest, Trigger trigger) const;
    /// Replaces all that add() was told. What is ready now counts as new again.
    void modify(int fd, Token token, Interest interest, Trigger trigger) const;
    void remove(int fd) const;

private:
    friend class Poll;
    explicit Registry(int queue) noexcept : queue_(queue) {}

    int queue_;
};

/// The queue itself: an epoll instance, closed with this object.
class Poll {
public:
    /// Throws std::system_error, named epoll_create1, when the process has no descriptor left.
    Poll();

    [[nodiscard]] Registry registry() const noexcept { return Registry(queue_.get()); }

    /// Sleeps until something registered is ready or `timeout` is over (never, without one), then
    /// replaces the content of `events`; empty means that time is up. Never wakes early: a signal,
    /// or being stopped and continued, makes it go on with the time that remains.
    /// `timeout` is not negative; more than INT_MAX ms, about 24 days, counts as that. Throws
    /// std::system_error, named epoll_wait, for whatever else goes wrong. One thread at a time.
    void poll(Events& events, std::optional<std::chrono::milliseconds> timeout = std::nullopt);

private:
    OwnedFd queue_;
};
