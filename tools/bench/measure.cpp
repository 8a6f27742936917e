#include "measure.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string_view>

#include "build.hpp"
#include "fd.hpp"
#include "text.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

std::string first_line(std::string_view text) {
    return std::string(checker::trimmed(text.substr(0, text.find('\n'))));
}

std::string ask(const fs::path& program, const std::string& argument) {
    const auto result = checker::run_command({program.string(), argument}, program.parent_path());
    if (result.status != 0) {
        throw std::runtime_error(program.filename().string() + " " + argument +
                                 " ended with status " + std::to_string(result.status) + ": " +
                                 checker::in_quotes(first_line(result.output)));
    }
    return first_line(result.output);
}

double figure_of(const fs::path& program, std::uint64_t operations) {
    const std::string text = ask(program, std::to_string(operations));
    double value = 0;
    const auto [stopped, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || stopped != text.data() + text.size() || !std::isfinite(value) ||
        value <= 0) {
        throw std::runtime_error(program.filename().string() + " printed " +
                                 checker::in_quotes(text) + ", which is no positive number");
    }
    return value;
}

// Its children inherit it.
class Pinned {
public:
    explicit Pinned(int processor) {
        checker::checked(::sched_getaffinity(0, sizeof before_, &before_), "sched_getaffinity");
        if (processor >= 0) {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(static_cast<unsigned>(processor), &one);
            checker::checked(::sched_setaffinity(0, sizeof one, &one), "sched_setaffinity");
        }
    }
    Pinned(const Pinned&) = delete;
    Pinned& operator=(const Pinned&) = delete;
    ~Pinned() { ::sched_setaffinity(0, sizeof before_, &before_); }

private:
    cpu_set_t before_{};
};

}  // namespace

Figures measure(const Row& row, const Options& options) {
    Figures figures;
    std::vector<const Contender*> here;
    for (const Contender& contender : row.contenders) {
        if (const auto program = options.programs / contender.program; fs::exists(program)) {
            here.push_back(&contender);
            figures[contender.key].name = ask(program, "--name");
        }
    }
    const auto operations = options.operations != 0 ? options.operations : row.operations;
    const Pinned pinned(options.processor);
    std::mt19937 random(options.seed);
    for (int round = 0; round < options.rounds; ++round) {
        std::ranges::shuffle(here, random);
        for (const Contender* contender : here) {
            figures[contender->key].figures.push_back(
                figure_of(options.programs / contender->program, operations));
        }
    }
    return figures;
}

int last_processor() {
    cpu_set_t allowed;
    checker::checked(::sched_getaffinity(0, sizeof allowed, &allowed), "sched_getaffinity");
    int last = 0;
    for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
        if (CPU_ISSET(static_cast<unsigned>(processor), &allowed)) {
            last = processor;
        }
    }
    return last;
}

}  // namespace bench
