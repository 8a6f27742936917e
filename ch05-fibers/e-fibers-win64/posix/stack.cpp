// A stack by mmap(2), its guard page by mprotect(2).
#include "stack.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

Stack::Stack(std::size_t size)
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

Stack::~Stack() {
    ::munmap(guard_, mapped_);
}
