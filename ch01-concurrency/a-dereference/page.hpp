// One page of memory with an owner: asked of the kernel, made read-only, given back.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>

/// Owns one page, mapped by mmap(2), filled with zeros, readable and writable. A forked child has a
/// copy of it, at the same address; what one of the two does to its page the other never sees.
class Page {
public:
    /// Throws std::system_error, named "mmap", if there is none.
    Page()
        : start_(
              ::mmap(nullptr, size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
        if (start_ == MAP_FAILED) {
            throw std::system_error(errno, std::system_category(), "mmap");
        }
    }
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;
    ~Page() {
        if (mapped_) {
            ::munmap(start_, size());
        }
    }

    /// The eight bytes from byte `offset` on. The address stays what it is after unmap().
    [[nodiscard]] std::uint64_t* at(std::size_t offset) const noexcept {
        return static_cast<std::uint64_t*>(start_) + offset / sizeof(std::uint64_t);
    }

    /// Gives the page back. Throws std::system_error, named "munmap".
    void unmap() {
        mapped_ = false;
        if (::munmap(start_, size()) < 0) {
            throw std::system_error(errno, std::system_category(), "munmap");
        }
    }

    /// From now on it can be read only. Throws std::system_error, named "mprotect".
    void make_read_only() {
        if (::mprotect(start_, size(), PROT_READ) < 0) {
            throw std::system_error(errno, std::system_category(), "mprotect");
        }
    }

    /// In bytes. The processor and the kernel deal in pages, so no smaller piece has its own
    /// rights.
    [[nodiscard]] static std::size_t size() {
        return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    }

private:
    void* start_;
    bool mapped_ = true;
};
