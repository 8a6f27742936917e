// Measures what a thread costs beside a function call. Medians, since a single measurement may have
// been interrupted by anything.
#include "cost.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iostream>
#include <system_error>
#include <thread>

namespace {

/// Of the calling thread. pthread_getattr_np is no part of POSIX ("np": not portable): glibc and
/// musl have it, declared where _GNU_SOURCE is defined, and on Linux the C++ compilers define it.
std::size_t stack_size() {
    pthread_attr_t attributes;
    if (const int error = ::pthread_getattr_np(::pthread_self(), &attributes); error != 0) {
        throw std::system_error(error, std::system_category(), "pthread_getattr_np");
    }
    std::size_t size = 0;
    const int error = ::pthread_attr_getstacksize(&attributes, &size);
    ::pthread_attr_destroy(&attributes);
    if (error != 0) {
        throw std::system_error(error, std::system_category(), "pthread_attr_getstacksize");
    }
    return size;
}

std::size_t stack_size_of_a_thread() {
    std::size_t size = 0;
    std::jthread([&] { size = stack_size(); }).join();
    return size;
}

void print_stack_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_STACK, &limit) < 0) {
        throw std::system_error(errno, std::system_category(), "getrlimit");
    }
    std::cout << "the main thread's stack may grow to: ";
    if (limit.rlim_cur == RLIM_INFINITY) {
        std::cout << "any size\n";
    } else {
        std::cout << limit.rlim_cur / 1024 << " KiB\n";
    }
}

/// How long `work` takes, in nanoseconds: the median of 101 times.
double median_ns(const std::function<void()>& work) {
    std::array<double, 101> times;
    for (double& time : times) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::nano> took =
            std::chrono::steady_clock::now() - begin;
        time = took.count();
    }
    std::ranges::nth_element(times, times.begin() + times.size() / 2);
    return times[times.size() / 2];
}

void do_nothing() {}

/// A thousand at a time: one call is shorter than a look at the clock.
double call_ns() {
    // Read anew for each call, so that the compiler can't know what is called and leave it out.
    void (*volatile function)() = do_nothing;
    return median_ns([&] {
               for (int i = 0; i < 1000; ++i) {
                   function();
               }
           }) /
           1000;
}

double thread_ns() {
    return median_ns([] { std::jthread(do_nothing).join(); });
}

}  // namespace

void print_cost() {
    std::cout << "a thread's stack: " << stack_size_of_a_thread() / 1024 << " KiB\n";
    print_stack_limit();
    const double call = call_ns();
    const double thread = thread_ns();
    std::cout << std::fixed;
    std::cout.precision(2);
    std::cout << "a function call: " << call << " ns\n"
              << "a thread, made and joined: " << thread << " ns\n"
              << "calls in that time: " << static_cast<long>(thread / call) << '\n'
              << std::flush;
}
