// Memory to be used as a stack. It knows nothing of what will lie on it.
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

/// Owns memory of its own for one stack, straight from the kernel, and gives it back. Whatever is
/// on it is gone then, without a destructor called: nobody may stand on it, or on their way back to
/// it. A page of it costs memory from the first time that it is used.
class Stack {
public:
    /// `size` bytes, a multiple of 16. Throws std::system_error, named mmap.
    explicit Stack(std::size_t size)
        : size_(size),
          lowest_(::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
        if (lowest_ == MAP_FAILED) {
            throw std::system_error(errno, std::system_category(), "mmap");
        }
    }
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack() { ::munmap(lowest_, size_); }

    /// The lowest address, where a stack that grows towards it ends.
    [[nodiscard]] void* lowest() const noexcept { return lowest_; }
    /// The address behind the highest byte, where it begins. A multiple of 16.
    [[nodiscard]] void* top() const noexcept { return static_cast<char*>(lowest_) + size_; }

private:
    std::size_t size_;
    void* lowest_;
};
