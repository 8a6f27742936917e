// Memory to be used as a stack, with a page below it that nobody may touch. It knows nothing of
// what will lie on it.
#pragma once

#include <cstddef>

/// Owns memory of its own for one stack, straight from the kernel, and gives it back, all of it.
class Stack {
public:
    /// At least `size` bytes that can be used, and below them a guard page: who reads or writes
    /// there gets SIGSEGV. Throws std::system_error, named mmap or mprotect; nothing stays behind.
    explicit Stack(std::size_t size);
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack();

    /// Whether `address` lies in the guard page. A handler for SIGSEGV may ask: it calls nothing.
    [[nodiscard]] bool guards(const void* address) const noexcept;

    /// The lowest address that may be used. A multiple of the page size.
    [[nodiscard]] void* lowest() const noexcept { return lowest_; }
    /// The address behind the highest byte, where the stack begins. A multiple of the page size.
    [[nodiscard]] void* top() const noexcept { return lowest_ + size_; }

private:
    char* lowest_ = nullptr;
    std::size_t size_ = 0;       // from lowest_ to the top
    std::size_t page_size_ = 0;  // sysconf(3), _SC_PAGESIZE
};
