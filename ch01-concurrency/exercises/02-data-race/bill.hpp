// A bill that several threads write on.
#pragma once

#include "schedule.hpp"

/// Any thread may call add() and take_off() at any time. Whatever the threads do, it comes out as
/// if they had done it one after the other.
class Bill {
public:
    explicit Bill(int total) : total_(total) {}

    void add(int price);

    /// Takes so much off, and returns true; or changes nothing, and returns false, if there is less
    /// than that on the bill.
    bool take_off(int amount);

    int total() const { return total_.load(); }

private:
    Shared total_;
    Mutex mutex_;
};
