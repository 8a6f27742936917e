// What two threads write on one bill.
#include "bill.hpp"

#include <mutex>

// your code
void Bill::add(int price) {
    const std::scoped_lock lock(mutex_);
    const int total = total_.load();
    total_.store(total + price);
}

bool Bill::take_off(int amount) {
    // From the look at the total to its change: what is true in between has to stay true.
    const std::scoped_lock lock(mutex_);
    const int total = total_.load();
    if (total < amount) {
        return false;
    }
    total_.store(total - amount);
    return true;
}
// end
