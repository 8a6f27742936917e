// Page faults: touches 64 MiB and syncs a small file in its current directory between two requests.
// Tricky: it waits for the kernel (state D, or S in fsync), and for no descriptor that we know.
// Elapsed: 6000 ms.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "client.hpp"

namespace {

/// Anonymous memory, untouched at first.
class Memory {
public:
    explicit Memory(std::size_t size)
        : address_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)),
          size_(size) {
        if (address_ == MAP_FAILED) {
            throw std::system_error(errno, std::generic_category(), "mmap");
        }
    }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() { static_cast<void>(munmap(address_, size_)); }

    void touch_all() {
        const auto page =
            static_cast<std::size_t>(fixture::checked(sysconf(_SC_PAGESIZE), "sysconf"));
        // Volatile: the writes are the point, nobody reads them.
        auto* bytes = static_cast<volatile char*>(address_);
        for (std::size_t at = 0; at < size_; at += page) {
            bytes[at] = 1;
        }
    }

private:
    void* address_;
    std::size_t size_;
};

void sync_a_small_file() {
    std::string name = "fixture-XXXXXX";
    const fixture::Fd file(fixture::checked_int(mkostemp(name.data(), 0), "mkostemp"));
    fixture::checked(unlink(name.c_str()), "unlink");
    fixture::write_all(file.get(), "a few bytes\n");
    fixture::checked(fsync(file.get()), "fsync");
}

void fault_between_requests(const sockaddr_in& server) {
    fixture::work_between_requests(server, [] {
        Memory(64 * 1024 * 1024).touch_all();
        sync_a_small_file();
    });
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, fault_between_requests);
}
