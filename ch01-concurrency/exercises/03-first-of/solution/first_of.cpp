// A race between two promises.
#include "first_of.hpp"

#include <memory>

// your code
Promise first_of(const Promise& one, const Promise& other) {
    const Promise result;
    // Shared: each of the two keeps a copy of the lambda, and both must see the same flag.
    const auto over = std::make_shared<bool>(false);
    const auto settle_once = [result, over](const Outcome& outcome) {
        if (!*over) {
            // Before settle(): a handler of the result may settle the other one.
            *over = true;
            result.settle(outcome);
        }
    };
    one.when_settled(settle_once);
    other.when_settled(settle_once);
    return result;
}
// end
