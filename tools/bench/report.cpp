#include "report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "text.hpp"

namespace bench {
namespace {

std::string fixed(double value, int decimals) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

// Three digits that mean something.
std::string figure(double value) {
    return fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

std::string padded(std::string_view text, std::size_t width, bool right = false) {
    const std::string blanks(width - std::min(width, checker::characters(text)), ' ');
    return right ? blanks + std::string(text) : std::string(text) + blanks;
}

const char* name(Side side) {
    switch (side) {
        case Side::ours:
            return "ours";
        case Side::peer:
            return "peer";
        case Side::limit:
            return "limit";
    }
    return "";
}

std::string label(const Contender& contender, const Result& result) {
    const auto found = result.figures.find(contender.key);
    return found != result.figures.end() ? found->second.name : contender.key;
}

const Contender& contender_of(const Row& row, const std::string& key) {
    return *std::ranges::find(row.contenders, key, &Contender::key);
}

std::string in_words(const Ratio& ratio, const Result& result) {
    const std::string left = label(contender_of(*result.row, ratio.bound.left), result);
    const std::string right = label(contender_of(*result.row, ratio.bound.right), result);
    const std::string limit = " at most " + fixed(ratio.bound.factor, 2) + " × " + right;
    const char* const kind = ratio.required ? "must" : "goal";
    if (!ratio.ratio) {
        return padded(kind, 6) + left + limit + ": not compared\n";
    }
    return padded(kind, 6) + left + limit + ": " + fixed(ratio.ratio->median, 2) + " (" +
           fixed(ratio.ratio->least, 2) + " to " + fixed(ratio.ratio->greatest, 2) + "), " +
           (ratio.holds()    ? "holds"
            : ratio.required ? "DOES NOT HOLD"
                             : "not reached") +
           "\n";
}

Ratio ratio_of(const Bound& bound, bool required, const Figures& figures) {
    Ratio ratio{bound, required, std::nullopt};
    const auto left = figures.find(bound.left);
    const auto right = figures.find(bound.right);
    if (left == figures.end() || right == figures.end()) {
        return ratio;
    }
    std::vector<double> ratios;
    std::ranges::transform(left->second.figures, right->second.figures, std::back_inserter(ratios),
                           std::divides<>());
    ratio.ratio = spread_of(std::move(ratios));
    return ratio;
}

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        safe += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
    }
    return safe;
}

}  // namespace

Spread spread_of(std::vector<double> figures) {
    std::ranges::sort(figures);
    const std::size_t middle = figures.size() / 2;
    const double median =
        figures.size() % 2 == 1 ? figures[middle] : (figures[middle - 1] + figures[middle]) / 2;
    return {median, figures.front(), figures.back()};
}

Result judge(const Row& row, Figures figures) {
    Result result{&row, std::move(figures), {}};
    for (const Bound& bound : row.must) {
        result.ratios.push_back(ratio_of(bound, true, result.figures));
    }
    for (const Bound& bound : row.goal) {
        result.ratios.push_back(ratio_of(bound, false, result.figures));
    }
    return result;
}

bool all_hold(const std::vector<Result>& results) {
    return std::ranges::all_of(results, [](const Result& result) {
        return std::ranges::all_of(
            result.ratios, [](const Ratio& ratio) { return !ratio.required || ratio.holds(); });
    });
}

std::string as_text(const Result& result) {
    const Row& row = *result.row;
    std::size_t names = 0;
    for (const Contender& contender : row.contenders) {
        names = std::max(names, checker::characters(label(contender, result)));
    }
    std::string text = row.group + ": " + row.title + ", " + row.unit + " each\n  " +
                       padded("", names) + padded("median", 10, true) + padded("least", 10, true) +
                       padded("greatest", 10, true) + "\n";
    for (const Contender& contender : row.contenders) {
        const auto found = result.figures.find(contender.key);
        text += "  " + padded(label(contender, result), names);
        if (found == result.figures.end()) {
            text += "  not here" +
                    (contender.package.empty() ? "" : ": Debian's " + contender.package) + "\n";
            continue;
        }
        const Spread spread = spread_of(found->second.figures);
        for (const double value : {spread.median, spread.least, spread.greatest}) {
            text += padded(figure(value), 10, true);
        }
        text += std::string("  ") + name(contender.side) + "; " + contender.can + "\n";
    }
    for (const Ratio& ratio : result.ratios) {
        text += "  " + in_words(ratio, result);
    }
    return text;
}

nlohmann::json as_json(const std::vector<Result>& results) {
    auto rows = nlohmann::json::array();
    for (const Result& result : results) {
        nlohmann::json row{{"group", result.row->group},
                           {"title", result.row->title},
                           {"unit", result.row->unit},
                           {"contenders", nlohmann::json::array()},
                           {"bounds", nlohmann::json::array()}};
        for (const Contender& contender : result.row->contenders) {
            nlohmann::json one{
                {"key", contender.key}, {"side", name(contender.side)}, {"can", contender.can}};
            if (const auto found = result.figures.find(contender.key);
                found != result.figures.end()) {
                one["name"] = found->second.name;
                one["rounds"] = found->second.figures;
                one["median"] = spread_of(found->second.figures).median;
            }
            row["contenders"].push_back(std::move(one));
        }
        for (const Ratio& ratio : result.ratios) {
            nlohmann::json one{{"left", ratio.bound.left},
                               {"factor", ratio.bound.factor},
                               {"right", ratio.bound.right},
                               {"required", ratio.required}};
            if (ratio.ratio) {
                one["ratio"] = ratio.ratio->median;
                one["holds"] = ratio.holds();
            }
            row["bounds"].push_back(std::move(one));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string as_chart(const std::vector<Result>& results) {
    constexpr int width = 900;
    constexpr int bars_at = 300;
    constexpr int longest = 480;
    constexpr int line = 24;
    std::string body;
    int y = 10;
    const auto write = [&body](int x, int at, const std::string& what, const char* more = "") {
        body += "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(at) + "\"" + more +
                ">" + escaped(what) + "</text>\n";
    };
    for (const Result& result : results) {
        y += line;
        write(10, y, result.row->title + ", " + result.row->unit, " font-weight=\"bold\"");
        double top = 0;
        for (const auto& [key, series] : result.figures) {
            top = std::max(top, spread_of(series.figures).greatest);
        }
        for (const Contender& contender : result.row->contenders) {
            const auto found = result.figures.find(contender.key);
            if (found == result.figures.end()) {
                continue;
            }
            y += line;
            const Spread spread = spread_of(found->second.figures);
            const auto length = [top](double value) { return fixed(value / top * longest, 1); };
            const char* const colour = contender.side == Side::ours   ? "#2a6f97"
                                       : contender.side == Side::peer ? "#a9a9a9"
                                                                      : "#d9ae61";
            write(10, y, found->second.name);
            body += "<rect x=\"" + std::to_string(bars_at) + "\" y=\"" + std::to_string(y - 13) +
                    "\" width=\"" + length(spread.median) + "\" height=\"16\" fill=\"" + colour +
                    "\"/>\n<path d=\"M" + std::to_string(bars_at) + " " + std::to_string(y - 5) +
                    "m" + length(spread.least) + " 0h" + length(spread.greatest - spread.least) +
                    "\" stroke=\"black\"/>\n";
            write(bars_at + longest + 10, y, figure(spread.median));
        }
        y += line / 2;
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) +
           " " + std::to_string(y + line) +
           "\" font-family=\"sans-serif\" font-size=\"14\">\n"
           "<title>Medians as bars, least to greatest as lines; each row has its own "
           "scale</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" +
           body + "</svg>\n";
}

}  // namespace bench
