// What a promise promises, without a breakfast: each rule in its smallest form.
#pragma once

/// Tries each rule and prints a line or two. Waits for nothing.
void print_rules();
