// Endless output: short lines, or one line that never ends, NUL bytes in it.
// Verdict: the time limit; what is kept is capped.
#include <string>

#include "../programs/client.hpp"
#include "contained.hpp"

int main(int, char** argv) {
    hostile::only_in_containment();
    const bool lines = std::string_view(argv[1]) == "lines";
    std::string block(65536, lines ? 'y' : '\0');
    for (std::size_t i = 1; lines && i < block.size(); i += 2) {
        block[i] = '\n';
    }
    for (;;) {
        fixture::write_all(STDOUT_FILENO, block);
    }
}
