// What five short requests can't show: each function is a small run of its own, without a server.
#pragma once

#include <functional>

#include "fibers.hpp"

/// One fiber waits for what is there already, while another one always has something to do, and
/// gives way. Prints how many turns that one had until the first went on; and whether the thread
/// slept meanwhile, which it must not: a third fiber waits for an alarm in five seconds.
void wait_beside_work();

/// One fiber writes more at once than the kernel takes, another one reads it, after
/// `before_reading(fibers)`. Throws std::runtime_error if what arrives isn't what was sent.
void write_more_than_fits(const std::function<void(Fibers&)>& before_reading);

/// A fiber reads from a connection that the other side has reset. Throws what it throws:
/// std::system_error, named read.
void read_after_reset();

/// Two fibers join each other, one of them after a wait. They can't be brought to an end, so this
/// doesn't return.
void wait_in_a_circle();
