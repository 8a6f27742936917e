// The circle, once for whole numbers and once for others.
#include "circle.hpp"

#include <utility>

#include "switch_stack.hpp"

namespace {

/// Who was left is good for one switch. Lest a wrong address go unnoticed, it is gone after that.
inline void switch_over(void** leave, void** enter) {
    switch_stack(leave, std::exchange(*enter, nullptr));
}

template <typename Number, typename Pause>
Number pass_around(Number start, int rounds, Pause pause) {
    Number a = start;
    Number b = start + 1;
    Number c = start + 2;
    Number d = start + 3;
    Number e = start + 4;
    Number f = start + 5;
    Number g = start + 6;
    Number h = start + 7;
    for (int round = 0; round < rounds; ++round) {
        const Number first = a;
        a = b;
        b = c;
        c = d;
        d = e;
        e = f;
        f = g;
        g = h;
        h = first;
        pause();
    }
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}

}  // namespace

std::uint64_t circle(std::uint64_t start, int rounds) {
    return pass_around(start, rounds, [] {});
}

double circle(double start, int rounds) {
    return pass_around(start, rounds, [] {});
}

std::uint64_t circle(std::uint64_t start, int rounds, void** leave, void** enter) {
    return pass_around(start, rounds, [=] { switch_over(leave, enter); });
}

double circle(double start, int rounds, void** leave, void** enter) {
    return pass_around(start, rounds, [=] { switch_over(leave, enter); });
}
