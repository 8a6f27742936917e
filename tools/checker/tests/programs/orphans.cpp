// Orphans: twenty grandchildren whose parents are gone end with status 9, some before the program
// and some after it. The program exits with 3, and that is the status to be told.
#include <unistd.h>

#include "client.hpp"

int main() {
    for (int i = 0; i < 20; ++i) {
        fixture::wait_for_child(fixture::fork_child([] {
            if (fork() == 0) {
                std::_Exit(9);
            }
        }));
    }
    return 3;
}
