// Runs the contenders of a row in turns, and keeps every figure. It passes no verdict.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rows.hpp"

namespace bench {

/// The figures of one contender, one a round; those of all contenders of a row at the same place
/// come from the same round.
struct Series {
    std::string name;  ///< as the program says
    std::vector<double> figures;
};

/// What came of a row: by contender's key, and only those whose programs are here.
using Figures = std::map<std::string, Series>;

struct Options {
    std::filesystem::path programs;  ///< the folder in which they lie
    int rounds = 7;
    std::uint32_t seed = 1;        ///< for the order within each round
    std::uint64_t operations = 0;  ///< 0: as the row says
    int processor = -1;            ///< all programs run there; -1: wherever they like
};

/// In each round every contender runs once, as a process of its own, in an order that is drawn
/// anew: whatever changes on the machine meanwhile falls on all alike. Throws std::runtime_error,
/// with the program's name, if one fails or prints anything but a positive number, and Stopped.
[[nodiscard]] Figures measure(const Row& row, const Options& options);

/// The processor with the highest number among those that this process may use: interrupts come
/// to the first one more often.
[[nodiscard]] int last_processor();

}  // namespace bench
