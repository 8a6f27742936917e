// How long something takes, as a median: one measurement says nothing, a mean is at the mercy of
// the one time that the scheduler took the processor away.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

/// Calls `operation` in `Samples` batches of `batch` each, after one that does not count. Returns
/// the median over the batches of what one call took, in nanoseconds, the loop around it included.
template <std::size_t Samples, typename Operation>
double median_nanoseconds(int batch, Operation operation) {
    const auto measure = [&] {
        const auto start = std::chrono::steady_clock::now();
        for (int call = 0; call < batch; ++call) {
            operation();
        }
        const std::chrono::duration<double, std::nano> took =
            std::chrono::steady_clock::now() - start;
        return took.count() / batch;
    };
    measure();  // fills the caches, and resolves what the dynamic linker leaves for the first call
    std::array<double, Samples> samples;
    std::generate(samples.begin(), samples.end(), measure);
    std::nth_element(samples.begin(), samples.begin() + Samples / 2, samples.end());
    return samples[Samples / 2];
}
