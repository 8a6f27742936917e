// What every contender's main() does: it times so many operations, and says what it is.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>

namespace contender {

/// `PROGRAM N` calls `operate` with N, after a tenth of that to warm up, and prints the nanoseconds
/// of each of the N; `PROGRAM --name` prints `name`. Returns the exit status.
template <typename Operate>
int contend(int argc, char** argv, const std::string& name, Operate operate) {
    if (argc == 2 && std::strcmp(argv[1], "--name") == 0) {
        std::cout << name << '\n';
        return 0;
    }
    std::uint64_t count = 0;
    const char* const end = argc == 2 ? argv[1] + std::strlen(argv[1]) : nullptr;
    if (end == nullptr || std::from_chars(argv[1], end, count).ptr != end || count == 0) {
        std::cerr << "takes how many operations to time, or --name\n";
        return 2;
    }
    operate(count / 10 + 1);
    const auto begin = std::chrono::steady_clock::now();
    operate(count);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    std::printf("%.4f\n", took.count() / static_cast<double>(count));
    return 0;
}

}  // namespace contender
