// A stack by mmap(2), its guard page by mprotect(2).
#include "stack.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>

Stack::Stack(std::size_t size) : page_size_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    // your code
    size_ = (size + page_size_ - 1) / page_size_ * page_size_;
    void* const memory = ::mmap(nullptr, page_size_ + size_, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::system_error(errno, std::system_category(), "mmap");
    }
    if (::mprotect(memory, page_size_, PROT_NONE) < 0) {
        const int error = errno;
        ::munmap(memory, page_size_ + size_);
        throw std::system_error(error, std::system_category(), "mprotect");
    }
    lowest_ = static_cast<char*>(memory) + page_size_;
    // end
}

Stack::~Stack() {
    // your code
    ::munmap(lowest_ - page_size_, page_size_ + size_);
    // end
}

bool Stack::guards(const void* address) const noexcept {
    // your code
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    const auto end = reinterpret_cast<std::uintptr_t>(lowest_);
    return at >= end - page_size_ && at < end;
    // end
}
