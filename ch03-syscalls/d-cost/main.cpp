// What asking the kernel costs, beside what it costs not to ask. All numbers are medians.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include <charconv>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <string>
#include <string_view>

#include "echo.hpp"
#include "function.hpp"
#include "measure.hpp"
#include "owned_fd.hpp"
#include "raw_syscall.hpp"
#include "write_all.hpp"

namespace {

constexpr std::size_t samples = 21;

/// Where the kernel gets its time from: with some sources the vDSO can read it, too.
std::string clock_source() {
    std::ifstream file("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    std::string name;
    return file >> name ? name : "unknown";
}

double cost_of_a_function() {
    int number = 0;
    return median_nanoseconds<samples>(10'000, [&number] { number = add_one(number); });
}

double cost_of_the_clock() {
    return median_nanoseconds<samples>(1000, [] {
        timespec now{};
        ::clock_gettime(CLOCK_MONOTONIC, &now);
    });
}

double cost_of_a_system_call() {
    return median_nanoseconds<samples>(100, [] { raw_syscall(SYS_getppid, 0, 0, 0); });
}

double cost_of_a_round_trip() {
    Echo echo;
    return median_nanoseconds<samples>(10, [&echo] { echo.round_trip(); });
}

/// A file that is only in memory, and gone when it is closed.
OwnedFd make_file() {
    return {::memfd_create("ch03-d", MFD_CLOEXEC), "memfd_create"};
}

/// Writes `bytes` to a file, `size` of them with each call.
double cost_of_writing(std::string_view bytes, std::size_t size) {
    const OwnedFd file = make_file();
    return median_nanoseconds<samples>(1, [&] {
        for (std::size_t start = 0; start < bytes.size(); start += size) {
            write_all(file.get(), bytes.substr(start, size));
        }
    });
}

void measure_all(std::size_t bytes) {
    const double function = cost_of_a_function();
    const double clock = cost_of_the_clock();
    const double system_call = cost_of_a_system_call();
    const double round_trip = cost_of_a_round_trip();
    const std::string text(bytes, 'x');
    const double one_by_one = cost_of_writing(text, 1);
    const double at_once = cost_of_writing(text, bytes);
    std::cout << std::fixed << std::setprecision(1) << "clock source: " << clock_source() << '\n'
              << "function call: " << function << " ns\n"
              << "reading the clock: " << clock << " ns, " << clock / function
              << " function calls\n"
              << "system call: " << system_call << " ns, " << system_call / function
              << " function calls\n"
              << "round trip: " << round_trip << " ns, " << round_trip / system_call
              << " system calls\n"
              << bytes << " writes of 1 byte: " << one_by_one << " ns\n"
              << "1 write of " << bytes << " bytes: " << at_once << " ns, " << one_by_one / at_once
              << " times as fast\n";
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view text = argc == 2 ? argv[1] : "";
    std::size_t bytes = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (error != std::errc{} || stopped != text.data() + text.size() || bytes < 2) {
        std::cerr << "usage: ch03-d BYTES, two or more\n";
        return 2;
    }
    try {
        measure_all(bytes);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
