// io_uring: five chains whose receives all wait in the kernel, one thread in io_uring_enter(2).
// Tricky: no call names the sockets; a reply may already be in the buffer while the thread sleeps.
// Elapsed: 3000 ms, the sum in each chain. Exits 77 where the kernel refuses io_uring.
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "client.hpp"

namespace {

/// A memory mapping of the ring, unmapped on destruction.
class Mapping {
public:
    Mapping(int ring, std::size_t size, off_t what)
        : address_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, what)),
          size_(size) {
        if (address_ == MAP_FAILED) {
            throw std::system_error(errno, std::generic_category(), "mmap");
        }
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() { static_cast<void>(munmap(address_, size_)); }

    template <typename Type>
    Type* at(std::size_t offset) const {
        return reinterpret_cast<Type*>(static_cast<std::byte*>(address_) + offset);
    }

private:
    void* address_;
    std::size_t size_;
};

struct Completion {
    std::uint64_t user_data;
    int result;
};

/// The rings of one io_uring; see io_uring(7). Owns `ring`. One thread.
class Ring {
public:
    Ring(fixture::Fd ring, const io_uring_params& params)
        : ring_(std::move(ring)),
          params_(params),
          submissions_(ring_.get(), params.sq_off.array + params.sq_entries * sizeof(unsigned),
                       IORING_OFF_SQ_RING),
          completions_(ring_.get(), params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe),
                       IORING_OFF_CQ_RING),
          entries_(ring_.get(), params.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES) {}

    /// Queues a receive; the kernel writes to `buffer` until the completion with `user_data`.
    void receive(int fd, char* buffer, std::size_t size, std::uint64_t user_data) {
        auto& tail = *submissions_.at<unsigned>(params_.sq_off.tail);
        const unsigned slot = tail & *submissions_.at<unsigned>(params_.sq_off.ring_mask);
        auto& entry = entries_.at<io_uring_sqe>(0)[slot];
        entry = {};
        entry.opcode = IORING_OP_RECV;
        entry.fd = fd;
        entry.addr = reinterpret_cast<std::uint64_t>(buffer);
        entry.len = static_cast<std::uint32_t>(size);
        entry.user_data = user_data;
        submissions_.at<unsigned>(params_.sq_off.array)[slot] = slot;
        // Release: pairs with the kernel's acquire of the tail; the entry is written before.
        std::atomic_ref(tail).store(tail + 1, std::memory_order_release);
        ++queued_;
    }

    /// Hands over what is queued and waits for one completion.
    Completion next_completion() {
        auto& head = *completions_.at<unsigned>(params_.cq_off.head);
        auto& tail = *completions_.at<unsigned>(params_.cq_off.tail);
        // Acquire: pairs with the kernel's release of the tail; the completion is written before.
        while (std::atomic_ref(tail).load(std::memory_order_acquire) == head) {
            enter();
        }
        const unsigned slot = head & *completions_.at<unsigned>(params_.cq_off.ring_mask);
        const auto& entry = completions_.at<io_uring_cqe>(params_.cq_off.cqes)[slot];
        const Completion completion{entry.user_data, entry.res};
        // Release: pairs with the kernel's acquire of the head; it may overwrite the entry now.
        std::atomic_ref(head).store(head + 1, std::memory_order_release);
        return completion;
    }

private:
    void enter() {
        const auto submitted = syscall(SYS_io_uring_enter, ring_.get(), queued_, 1U,
                                       IORING_ENTER_GETEVENTS, nullptr, 0);
        if (submitted == -1 && errno == EINTR) {
            return;
        }
        queued_ -= static_cast<unsigned>(fixture::checked(submitted, "io_uring_enter"));
    }

    fixture::Fd ring_;
    io_uring_params params_;
    Mapping submissions_;
    Mapping completions_;
    Mapping entries_;
    unsigned queued_ = 0;
};

struct Refused : std::system_error {
    using std::system_error::system_error;
};

Ring set_up_ring(unsigned entries) {
    io_uring_params params{};
    const auto ring = syscall(SYS_io_uring_setup, entries, &params);
    if (ring == -1) {
        throw Refused(errno, std::generic_category(), "io_uring_setup");
    }
    return {fixture::Fd(static_cast<int>(ring)), params};
}

void five_chains(const sockaddr_in& server) {
    // The buffers outlive every receive: the loop below ends when none is in flight any more.
    std::array<std::array<char, 512>, 5> buffers{};
    Ring ring = set_up_ring(8);
    auto chains = fixture::start_chains(server, static_cast<int>(buffers.size()), 3);
    const auto receive = [&](std::size_t i) {
        ring.receive(chains[i].fd(), buffers[i].data(), buffers[i].size(), i);
    };
    for (std::size_t i = 0; i < chains.size(); ++i) {
        receive(i);
    }
    for (std::size_t missing = chains.size(); missing > 0;) {
        const auto [i, result] = ring.next_completion();
        if (result < 0) {
            throw std::system_error(-result, std::generic_category(), "recv in io_uring");
        }
        chains.at(i).take({buffers[i].data(), static_cast<std::size_t>(result)});
        if (chains[i].done()) {
            --missing;
        } else {
            receive(i);
        }
    }
}

void five_chains_or_skip(const sockaddr_in& server) {
    try {
        five_chains(server);
    } catch (const Refused& refusal) {
        fixture::write_all(STDERR_FILENO, std::string("skipped: ") + refusal.what() + "\n");
        _exit(77);
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, five_chains_or_skip);
}
