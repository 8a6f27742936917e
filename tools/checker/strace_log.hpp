// Reads what strace wrote about a program (-f -i -o FILE: an id and an instruction's address before
// each line). What the dynamic loader did is passed over. It starts nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace checker {

/// The system call by which the loader is recognised: it must be among those that are traced.
inline constexpr const char* call_of_the_loader = "openat";

/// How often each of these system calls was begun.
std::map<std::string, std::int64_t> count_calls(std::string_view log,
                                                const std::vector<std::string>& names);

/// The system calls that last_calls() has something to tell of: events, timers, sockets, bytes;
/// what makes threads and processes.
const std::vector<std::string>& calls_worth_telling();

/// The end of the log in a few lines for a person, oldest first. A group of calls that comes again
/// and again is there once, with how often; a call that had not returned ends in "…"; which thread
/// made it is told if there was more than one. Writes to stdout and stderr are left out: what they
/// wrote is known.
std::vector<std::string> last_calls(std::string_view log);

}  // namespace checker
