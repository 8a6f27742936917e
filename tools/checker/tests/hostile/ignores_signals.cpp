// Ignores every signal that can be ignored and catches the others; then computes for ever.
// Verdict: the time limit, and nothing is left of it.
#include <csignal>

#include "contained.hpp"

int main() {
    hostile::only_in_containment();
    for (int number = 1; number < NSIG; ++number) {
        std::signal(number, number % 2 == 0 ? SIG_IGN : [](int) {});
    }
    for (volatile bool going_on = true; going_on;) {
    }
}
