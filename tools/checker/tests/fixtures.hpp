// The right programs under programs/, with the elapsed virtual time that each must read; for the
// tests and for the endurance run.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "run.hpp"

namespace checker_tests {

struct Fixture {
    std::string_view name;
    std::chrono::milliseconds elapsed;
    std::int64_t in_flight;
    bool spins = false;
    std::size_t output_per_ms = 0;  ///< how slowly its output is drained; 0: at once
};

inline constexpr std::array fixtures{
    Fixture{"busy_compute", std::chrono::milliseconds(6000), 2},
    Fixture{"concurrent", std::chrono::milliseconds(5000), 5},
    Fixture{"connects", std::chrono::milliseconds(8000), 8},
    Fixture{"double_fork", std::chrono::milliseconds(3500), 2},
    Fixture{"executor_condvar", std::chrono::milliseconds(5000), 12},
    Fixture{"executor_eventfd", std::chrono::milliseconds(5000), 12},
    Fixture{"executor_futex", std::chrono::milliseconds(5000), 12},
    Fixture{"fibers", std::chrono::milliseconds(3000), 5},
    Fixture{"forked", std::chrono::milliseconds(4500), 4},
    Fixture{"in_order", std::chrono::milliseconds(5000), 5},
    Fixture{"io_uring", std::chrono::milliseconds(3000), 5},
    Fixture{"own_timer", std::chrono::milliseconds(3000), 3},
    Fixture{"page_faults", std::chrono::milliseconds(6000), 2},
    Fixture{"pipe_pair", std::chrono::milliseconds(6000), 2},
    Fixture{"polling", std::chrono::milliseconds(3000), 4},
    Fixture{"polling_slow", std::chrono::milliseconds(3000), 4},
    Fixture{"registered", std::chrono::milliseconds(6000), 6},
    Fixture{"sequential", std::chrono::milliseconds(15000), 1},
    Fixture{"slow_output", std::chrono::milliseconds(6000), 2, false, 4096},
    Fixture{"slow_reader", std::chrono::milliseconds(4000), 2},
    Fixture{"spinning", std::chrono::milliseconds(3000), 4, true},
    Fixture{"stopped_at_work", std::chrono::milliseconds(6000), 2},
    Fixture{"stops_itself", std::chrono::milliseconds(6000), 2},
    Fixture{"threads", std::chrono::milliseconds(2400), 24},
    Fixture{"ticker", std::chrono::milliseconds(15000), 1},
    Fixture{"timedwait", std::chrono::milliseconds(3000), 3},
    Fixture{"polling_rarely", std::chrono::milliseconds(1000), 1},
    Fixture{"zombies", std::chrono::milliseconds(6000), 2},
};

inline std::filesystem::path program_of(std::string_view fixture) {
    return std::filesystem::path(CHECKER_FIXTURES) / ("fixture-" + std::string(fixture));
}

inline checker::RunPlan plan_of(const Fixture& fixture, std::uint64_t seed) {
    checker::RunPlan plan;
    plan.command.argv = {program_of(fixture.name).string(), "${server}"};
    plan.command.memory_limit = 0;
    plan.seed = seed;
    plan.expect_spins = fixture.spins;
    plan.output_per_ms = fixture.output_per_ms;
    plan.scratch_root = CHECKER_SCRATCH;
    return plan;
}

}  // namespace checker_tests
