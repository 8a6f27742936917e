// One promise of two: whichever comes out first.
#pragma once

#include "promise.hpp"

/// Comes out as the first of the two that comes out, with its value or with its error. What becomes
/// of the other one makes no difference. If both have come out already it is `one`.
Promise first_of(const Promise& one, const Promise& other);
