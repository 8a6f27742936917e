// Starts a program inside its containment and reports how it ended. It knows nothing of servers,
// time or verdicts.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fd.hpp"

namespace checker {

/// What to start, and within which limits.
struct Command {
    std::vector<std::string> argv;     ///< argv[0] is looked up in PATH if it has no slash
    std::filesystem::path scratch;     ///< working directory; the only place it may write to
    std::filesystem::path stdin_file;  ///< empty: /dev/null
    std::map<std::string, std::string> environment = {};  ///< beside what the checker has
    bool report_open_files = false;  ///< stop at exit (ptrace) so that its files can be listed
    std::uint64_t memory_limit = 4ULL << 30;  ///< bytes of address space; 0: no limit
    std::uint64_t file_limit = 256ULL << 20;  ///< bytes of the largest file it may write
    std::uint64_t process_limit = 1024;       ///< processes and threads at one time
};

/// How the program itself (not its children) ended.
struct Ended {
    bool signalled = false;
    int value = 0;  ///< exit status, or the signal's number
    std::int64_t memory_kib = 0;
};

/// How well programs can be contained here, found out once.
enum class Containment {
    namespaces,      ///< PID and mount namespace: everything dies with the namespace's init
    process_groups,  ///< no namespaces allowed: the tree is walked and killed process by process
};
Containment containment();

/// A started program with its whole process tree. Destroying it kills the tree. One thread only.
/// The tree's root is a small init of ours that starts the program, reaps orphans and reports.
class Contained {
public:
    /// Throws std::system_error if it cannot be started (the program's own exec included).
    explicit Contained(const Command& command);
    ~Contained();
    Contained(const Contained&) = delete;
    Contained& operator=(const Contained&) = delete;

    pid_t init() const { return init_; }
    /// The program's process, as this namespace numbers it.
    pid_t program() const { return program_; }
    int stdout_fd() const { return stdout_.get(); }
    int stderr_fd() const { return stderr_.get(); }
    /// Readable when poll_news() has something to tell.
    int control_fd() const { return control_.get(); }

    /// Takes in what init reports, without blocking; true if anything came. Throws
    /// std::system_error if the program could not be started after all, std::runtime_error if init
    /// died before the program did.
    bool poll_news();
    /// Set once the program ended.
    const std::optional<Ended>& ended() const { return ended_; }
    /// Descriptors above 2 that were open at exit, with what they refer to; empty optional until
    /// the exit, and for good if the command didn't ask.
    const std::optional<std::vector<std::pair<int, std::string>>>& open_files() const {
        return open_files_;
    }
    /// Kills everything. Safe to call more than once.
    void kill_all();

private:
    void start(const Command& command);

    pid_t init_ = -1;
    pid_t program_ = -1;
    Fd stdout_;
    Fd stderr_;
    Fd control_;
    std::filesystem::path cgroup_;
    std::optional<Ended> ended_;
    std::optional<std::vector<std::pair<int, std::string>>> open_files_;
};

/// The direct children of a process, every thread's, as /proc tells.
std::vector<pid_t> children_of(pid_t process);

/// "SIGSEGV" for 11; "signal 99" for what has no name.
std::string signal_name(int number);

}  // namespace checker
