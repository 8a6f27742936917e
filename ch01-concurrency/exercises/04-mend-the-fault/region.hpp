// Pages that are promised and not there: whoever touches one faults, until somebody makes it
// accessible.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>

/// Some pages in a row, none of which may be read or written at first. Before and behind them lies
/// one more that doesn't belong to them, and stays forbidden.
class Region {
public:
    /// Throws std::system_error, named "mmap".
    explicit Region(std::size_t pages)
        : pages_(pages),
          page_size_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))),
          start_(::mmap(nullptr, (pages + 2) * page_size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
                        -1, 0)) {
        if (start_ == MAP_FAILED) {
            throw std::system_error(errno, std::system_category(), "mmap");
        }
    }
    Region(const Region&) = delete;
    Region& operator=(const Region&) = delete;
    ~Region() { ::munmap(start_, (pages_ + 2) * page_size_); }

    /// All of these may be called in a signal handler.
    [[nodiscard]] std::size_t pages() const noexcept { return pages_; }
    [[nodiscard]] std::size_t page_size() const noexcept { return page_size_; }
    /// How many numbers fit into a page.
    [[nodiscard]] std::size_t numbers() const noexcept { return page_size_ / 8; }
    /// The first number of page `page`, from 0.
    [[nodiscard]] std::uint64_t* page(std::size_t page) const noexcept {
        return static_cast<std::uint64_t*>(start_) + (page + 1) * numbers();
    }

private:
    std::size_t pages_;
    std::size_t page_size_;
    void* start_;
};
