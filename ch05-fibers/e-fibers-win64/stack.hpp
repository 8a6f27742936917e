// Memory to be used as a stack, with a page below it that nobody may touch, from whichever system
// this is. It knows nothing of what will lie on it.
#pragma once

#include <cstddef>

/// As in stage c. Whatever is on it is gone with it, without a destructor called.
class Stack {
public:
    /// `size` bytes, rounded up to whole pages, and the guard page. Throws std::system_error, named
    /// after the call that the system refused.
    explicit Stack(std::size_t size);
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack();

    /// The guard page's lowest address. The page ends where the stack's memory begins.
    [[nodiscard]] void* guard() const noexcept { return guard_; }
    /// The lowest address that may be used.
    [[nodiscard]] void* lowest() const noexcept { return guard_ + page_size_; }
    /// The address behind the highest byte, where the stack begins. A multiple of the page size.
    [[nodiscard]] void* top() const noexcept { return guard_ + mapped_; }

private:
    std::size_t page_size_;
    std::size_t mapped_;
    char* guard_;
};
