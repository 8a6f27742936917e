// A function in a file of its own, so that whoever calls it can't see what it does.
#pragma once

/// Returns `number` + 1.
int add_one(int number);
