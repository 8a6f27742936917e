// The function that stands for all function calls.
#include "function.hpp"

int add_one(int number) {
    return number + 1;
}
