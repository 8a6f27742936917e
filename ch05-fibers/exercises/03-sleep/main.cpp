// Fibers that sleep, each as often and as long as its argument says, such as 30,10: and one more
// that never sleeps, and wants its turns meanwhile.
#include <charconv>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clock.hpp"
#include "fibers.hpp"
#include "sleeper.hpp"

namespace {

using Naps = std::vector<int>;

std::optional<Naps> parse(std::string_view text) {
    Naps naps;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        int nap = 0;
        const auto [stopped, error] = std::from_chars(at, end, nap);
        if (error != std::errc{} || nap < 0 || (stopped != end && *stopped != ',')) {
            return std::nullopt;
        }
        naps.push_back(nap);
        if (stopped == end) {
            return naps;
        }
        at = stopped + 1;
    }
}

void take_naps(Fibers& fibers, Sleeper& sleeper, const Clock& clock, int number, const Naps& naps) {
    for (const int nap : naps) {
        std::cout << "fiber " << number << ": at " << clock.now_ms() << ", sleeps for " << nap
                  << '\n';
        sleeper.sleep_for(nap);
        std::cout << "fiber " << number << ": at " << clock.now_ms() << ", is awake\n";
        fibers.yield();
    }
    std::cout << "fiber " << number << ": at " << clock.now_ms() << ", is done\n";
}

void stay_awake(Fibers& fibers) {
    for (int turn = 1; turn <= 2; ++turn) {
        std::cout << "awake: turn " << turn << '\n';
        fibers.yield();
    }
}

void play(const std::vector<Naps>& all) {
    Fibers fibers;
    Clock clock(fibers);
    Sleeper sleeper(fibers, clock);
    int number = 0;
    for (const Naps& naps : all) {
        ++number;
        fibers.spawn([&, number] { take_naps(fibers, sleeper, clock, number, naps); });
    }
    fibers.spawn([&] { stay_awake(fibers); });
    sleeper.run();
    std::cout << "main: at " << clock.now_ms()
              << (fibers.alive() ? ", and some still sleep\n" : ", all have ended\n");
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Naps> all;
    for (int index = 1; index < argc; ++index) {
        const std::optional<Naps> naps = parse(argv[index]);
        if (!naps) {
            std::cerr << "usage: ch05-03 MILLISECONDS[,MILLISECONDS...]...\n";
            return 2;
        }
        all.push_back(*naps);
    }
    try {
        play(all);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
