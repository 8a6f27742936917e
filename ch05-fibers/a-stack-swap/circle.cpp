// The circle, once for whole numbers and once for others.
#include "circle.hpp"

namespace {

template <typename Number>
Number pass_around(Number start, int rounds, void (*pause)(void*), void* argument) {
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
        pause(argument);
    }
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}

}  // namespace

std::uint64_t circle(std::uint64_t start, int rounds, void (*pause)(void*), void* argument) {
    return pass_around(start, rounds, pause, argument);
}

double circle(double start, int rounds, void (*pause)(void*), void* argument) {
    return pass_around(start, rounds, pause, argument);
}
