// What a thread costs: the stack that is set aside for it, and the time that it takes to make one.
#pragma once

/// Measures and prints. Takes a few milliseconds.
void print_cost();
