// Endless allocation: takes and touches memory until there is no more, and doesn't expect an end.
// Verdict: death by SIGABRT.
#include <cstring>
#include <new>

#include "contained.hpp"

int main() {
    hostile::only_in_containment();
    constexpr std::size_t mebibyte = 1U << 20;
    // noexcept: bad_alloc becomes terminate() and so SIGABRT.
    [&]() noexcept {
        for (;;) {
            std::memset(::operator new(mebibyte), 1, mebibyte);
        }
    }();
}
