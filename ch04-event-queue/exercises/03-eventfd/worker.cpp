// A thread, a queue, and a checksum that is quick to write down.
#include "worker.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace {

// FNV-1a with 64 bits, by Fowler, Noll and Vo.
std::string checksum(std::string_view text) {
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const char c : text) {
        sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), sum, 16).ptr;
    return {digits.data(), end};
}

}  // namespace

Worker::Worker(Mailbox& mailbox) : mailbox_(mailbox), thread_([this] { work(); }) {}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Worker::give(std::string_view text) {
    {
        const std::lock_guard lock(mutex_);
        texts_.emplace(text);
    }
    changed_.notify_one();
}

void Worker::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stop_ || !texts_.empty(); });
        if (stop_) {
            return;
        }
        const std::string text = std::move(texts_.front());
        texts_.pop();
        lock.unlock();
        mailbox_.post({"RECEIVED: " + text, "CHECKSUM: " + checksum(text)});
    }
}
