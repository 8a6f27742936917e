// Memory to be used as a stack, with a page below it that nobody may touch. It knows nothing of
// what will lie on it.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

/// Owns memory of its own for one stack, straight from the kernel, and gives it back. Whatever is
/// on it is gone then, without a destructor called: nobody may stand on it, or be on their way back
/// to it. A page of it costs memory from the first time that it is used. Below it lies a page that
/// can be neither read nor written: who needs more than there is gets SIGSEGV, instead of somebody
/// else's memory.
class Stack {
public:
    /// `size` bytes, rounded up to whole pages, and the guard page. Throws std::system_error, named
    /// mmap or mprotect.
    explicit Stack(std::size_t size)
        : page_size_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))),
          mapped_((size + page_size_ - 1) / page_size_ * page_size_ + page_size_),
          guard_(static_cast<char*>(::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0))) {
        if (guard_ == MAP_FAILED) {
            throw std::system_error(errno, std::system_category(), "mmap");
        }
        if (::mprotect(guard_, page_size_, PROT_NONE) < 0) {
            const int error = errno;
            ::munmap(guard_, mapped_);
            throw std::system_error(error, std::system_category(), "mprotect");
        }
    }
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack() { ::munmap(guard_, mapped_); }

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
