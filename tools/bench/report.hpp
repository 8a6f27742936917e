// Figures turned into what a person reads: medians, ratios, verdicts; as text, JSON and a chart.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "measure.hpp"
#include "rows.hpp"

namespace bench {

/// The middle one of several figures, and the least and the greatest.
struct Spread {
    double median = 0;
    double least = 0;
    double greatest = 0;
};

/// Of at least one figure. With an even number the middle lies between two of them.
[[nodiscard]] Spread spread_of(std::vector<double> figures);

/// What became of a bound.
struct Ratio {
    Bound bound;
    bool required = false;        ///< of Row::must; else a goal
    std::optional<Spread> ratio;  ///< of the figures of each round; nothing if one side isn't here

    [[nodiscard]] bool holds() const { return !ratio || ratio->median <= bound.factor; }
};

/// A row with all that came of it.
struct Result {
    const Row* row = nullptr;
    Figures figures;
    std::vector<Ratio> ratios;  ///< the required ones first
};

/// The ratios are taken round by round, and then their median: what disturbs a whole round does not
/// disturb them.
[[nodiscard]] Result judge(const Row& row, Figures figures);

/// Whether everything required holds. What couldn't be compared is not held against us.
[[nodiscard]] bool all_hold(const std::vector<Result>& results);

/// The table of one row.
[[nodiscard]] std::string as_text(const Result& result);

/// Every figure, for programs.
[[nodiscard]] nlohmann::json as_json(const std::vector<Result>& results);

/// One bar for each contender, row below row, as SVG 1.1.
[[nodiscard]] std::string as_chart(const std::vector<Result>& results);

}  // namespace bench
