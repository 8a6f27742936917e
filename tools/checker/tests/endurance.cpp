// Runs the right programs many times and counts the figures that come out: `checker-endurance RUNS
// [NAME…]`. Not a test of CTest's; exit status 1 if any figure is not exact. Load is the caller's.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "fixtures.hpp"

int main(int argc, char** argv) {
    using namespace checker;
    if (argc < 2 || std::atoi(argv[1]) < 1) {
        std::fputs("usage: checker-endurance RUNS [NAME…]\n", stderr);
        return 2;
    }
    const int runs = std::atoi(argv[1]);
    const std::vector<std::string_view> wanted(argv + 2, argv + argc);
    bool exact = true;
    for (const auto& fixture : checker_tests::fixtures) {
        if (!wanted.empty() && std::ranges::count(wanted, fixture.name) == 0) {
            continue;
        }
        std::map<long long, int> figures;
        std::vector<double> real_ms;
        int not_ended = 0;
        for (int i = 0; i < runs; ++i) {
            const Evidence evidence =
                run(checker_tests::plan_of(fixture, static_cast<std::uint64_t>(i)));
            ++figures[evidence.elapsed.count()];
            not_ended +=
                evidence.end == Evidence::End::exited && evidence.ended->value == 0 ? 0 : 1;
            real_ms.push_back(static_cast<double>(evidence.real.count()) / 1e6);
        }
        const bool good =
            not_ended == 0 && figures.size() == 1 && figures.contains(fixture.elapsed.count());
        exact = exact && good;
        std::ranges::sort(real_ms);
        std::printf("%-17s %s  virtual", std::string(fixture.name).c_str(),
                    good ? "exact" : "WRONG");
        for (const auto& [figure, times] : figures) {
            std::printf(" %lld ms x %d", figure, times);
        }
        std::printf("; real ms median %.1f, most %.1f; %d not ended well\n",
                    real_ms[real_ms.size() / 2], real_ms.back(), not_ended);
        std::fflush(stdout);
    }
    return exact ? 0 : 1;
}
