// Sends itself the signal whose number is its argument, with the default action and unblocked; says
// so and exits with 0 if it lives on.
#include <csignal>

#include "contained.hpp"

int main(int, char** argv) {
    hostile::only_in_containment();
    const int number = std::atoi(argv[1]);
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    sigaction(number, &standard, nullptr);
    kill(getpid(), number);
    std::puts("lives on");
}
