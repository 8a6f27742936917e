// Lays out a block like that of Windows, and lets gs point to it: arch_prctl(2). Neither Linux nor
// its libc uses gs on x86-64.
#include "thread_block.hpp"

#include <asm/prctl.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace {

constexpr std::size_t handlers_field = 0x00;
constexpr std::size_t base_field = 0x08 / sizeof(std::uint64_t);
constexpr std::size_t limit_field = 0x10 / sizeof(std::uint64_t);
constexpr std::size_t allocation_field = 0x1478 / sizeof(std::uint64_t);
std::array<std::uint64_t, allocation_field + 1> block;

void check(int error, const char* call) {
    if (error != 0) {
        throw std::system_error(error, std::system_category(), call);
    }
}

}  // namespace

void prepare_thread() {
    pthread_attr_t attributes;
    check(::pthread_getattr_np(::pthread_self(), &attributes), "pthread_getattr_np");
    void* lowest = nullptr;
    std::size_t size = 0;
    const int error = ::pthread_attr_getstack(&attributes, &lowest, &size);
    ::pthread_attr_destroy(&attributes);
    check(error, "pthread_attr_getstack");
    block[handlers_field] = reinterpret_cast<std::uint64_t>(&block);
    block[limit_field] = reinterpret_cast<std::uint64_t>(lowest);
    block[allocation_field] = block[limit_field];
    block[base_field] = block[limit_field] + size;
    if (::syscall(SYS_arch_prctl, ARCH_SET_GS, block.data()) < 0) {
        throw std::system_error(errno, std::system_category(), "arch_prctl");
    }
}
