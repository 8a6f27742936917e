// /proc is text, made by the kernel at the moment of reading. proc(5) has the formats.
#include "evidence.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace {

// The name of the program stands in the line in parentheses and may hold anything, a parenthesis
// too: the state comes after the last one.
std::optional<char> read_state(const std::string& folder) {
    std::ifstream file(folder + "/stat");
    std::string line;
    if (!std::getline(file, line)) {
        return std::nullopt;
    }
    return line.at(line.rfind(") ") + 2);
}

// "45 0x3 0x7ffd… …": the number and the arguments; "running" if it isn't in a call.
void read_system_call(const std::string& folder, ThreadLook& look) {
    std::ifstream file(folder + "/syscall");
    std::int64_t number = 0;
    std::int64_t argument = 0;
    if (file >> number >> std::hex >> argument) {
        look.system_call = number;
        look.descriptor = argument;
    }
}

// Among many others there is a line "voluntary_ctxt_switches:\t1".
std::optional<std::int64_t> read_voluntary_switches(const std::string& folder) {
    std::ifstream file(folder + "/status");
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string name;
        std::int64_t count = 0;
        if (words >> name && name == "voluntary_ctxt_switches:" && words >> count) {
            return count;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> net_rx_softirqs() {
    std::ifstream file("/proc/softirqs");
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string name;
        words >> name;
        if (name != "NET_RX:") {
            continue;
        }
        std::uint64_t sum = 0;
        for (std::uint64_t of_one_processor = 0; words >> of_one_processor;) {
            sum += of_one_processor;
        }
        return sum;
    }
    return std::nullopt;
}

long voluntary_switches() {
    rusage usage{};
    if (::getrusage(RUSAGE_THREAD, &usage) < 0) {
        throw std::system_error(errno, std::system_category(), "getrusage");
    }
    return usage.ru_nvcsw;
}

// The call is read before the state: whoever sleeps in the end, in a call that began before, sleeps
// in that call.
std::optional<ThreadLook> look_at(pid_t thread) {
    const std::string folder = "/proc/self/task/" + std::to_string(thread);
    ThreadLook look;
    read_system_call(folder, look);
    const auto state = read_state(folder);
    if (!state) {
        return std::nullopt;
    }
    look.state = *state;
    std::ifstream file(folder + "/wchan");
    std::string function;
    // 0: it runs, or we may not know.
    if (std::getline(file, function) && function != "0") {
        look.sleeps_at = function;
    }
    look.voluntary_switches = read_voluntary_switches(folder);
    return look;
}
