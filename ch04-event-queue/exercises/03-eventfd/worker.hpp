// A thread for what takes long. It reads replies and posts lines about them.
#pragma once

#include <condition_variable>
#include <mutex>
#include <queue>
#include <string>
#include <string_view>
#include <thread>

#include "mailbox.hpp"

/// One thread that works off what it is given, in order. Its destructor lets it finish the text
/// that it is at, drops the others, and waits for its end.
class Worker {
public:
    /// Posts to `mailbox`, which must outlive it. Throws std::system_error if no thread can be had.
    explicit Worker(Mailbox& mailbox);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Something to work on. Never waits. What comes of it are two lines in the mailbox, posted
    /// together: the text, and its checksum. One thread only.
    void give(std::string_view text);

private:
    void work();

    Mailbox& mailbox_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::queue<std::string> texts_;  // mutex_ held
    bool stop_ = false;              // mutex_ held
    std::thread thread_;             // the last member: it uses all the others
};
