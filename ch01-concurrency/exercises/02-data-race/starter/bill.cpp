// What two threads write on one bill.
#include "bill.hpp"

#include <mutex>

// your code
void Bill::add(int price) {
    const int total = total_.load();
    total_.store(total + price);
}

bool Bill::take_off(int amount) {
    int total = 0;
    {
        const std::scoped_lock lock(mutex_);
        total = total_.load();
    }
    if (total < amount) {
        return false;
    }
    const std::scoped_lock lock(mutex_);
    total_.store(total - amount);
    return true;
}
// end
