// Tells AddressSanitizer and ThreadSanitizer on which stack we are: both keep books about it, and
// neither sees a switch. In a build without them there is nothing to tell.
#pragma once

#include <cstddef>

#if defined(__has_feature)  // clang
#if __has_feature(address_sanitizer)
#define TELL_ASAN
#elif __has_feature(thread_sanitizer)
#define TELL_TSAN
#endif
#elif defined(__SANITIZE_ADDRESS__)  // g++
#define TELL_ASAN
#elif defined(__SANITIZE_THREAD__)
#define TELL_TSAN
#endif

#if defined(TELL_ASAN)
#include <sanitizer/common_interface_defs.h>

/// What AddressSanitizer has to know of one stack, and its own notes while the stack is left.
class SanitizerNotes {
public:
    /// Of the thread's own stack; where that lies it tells us when we leave it.
    SanitizerNotes() = default;
    /// Of a stack that nobody has been on yet.
    SanitizerNotes(const void* lowest, std::size_t size) : lowest_(lowest), size_(size) {}

    void before_switch_to(const SanitizerNotes& other) {
        __sanitizer_start_switch_fiber(&fake_stack_, other.lowest_, other.size_);
    }
    void before_last_switch_to(const SanitizerNotes& other) {
        __sanitizer_start_switch_fiber(nullptr, other.lowest_, other.size_);
    }
    void after_switch_from(SanitizerNotes& other) {
        __sanitizer_finish_switch_fiber(fake_stack_, &other.lowest_, &other.size_);
    }

private:
    const void* lowest_ = nullptr;
    std::size_t size_ = 0;
    void* fake_stack_ = nullptr;
};

#elif defined(TELL_TSAN)
#include <sanitizer/tsan_interface.h>

/// What ThreadSanitizer calls a fiber: its list of the calls that have not returned.
class SanitizerNotes {
public:
    SanitizerNotes() : fiber_(__tsan_get_current_fiber()), ours_(false) {}
    SanitizerNotes(const void*, std::size_t) : fiber_(__tsan_create_fiber(0)), ours_(true) {}
    SanitizerNotes(const SanitizerNotes&) = delete;
    SanitizerNotes& operator=(const SanitizerNotes&) = delete;
    ~SanitizerNotes() {
        if (ours_) {
            __tsan_destroy_fiber(fiber_);
        }
    }

    // Inlined: a call would be entered in the list of one fiber and crossed off that of the other.
    [[gnu::always_inline]] void before_switch_to(const SanitizerNotes& other) {
        __tsan_switch_to_fiber(other.fiber_, 0);
    }
    [[gnu::always_inline]] void before_last_switch_to(const SanitizerNotes& other) {
        __tsan_switch_to_fiber(other.fiber_, 0);
    }
    [[gnu::always_inline]] void after_switch_from(SanitizerNotes&) {}

private:
    void* fiber_;
    bool ours_;
};

#else

/// Nobody to be told.
class SanitizerNotes {
public:
    SanitizerNotes() = default;
    SanitizerNotes(const void*, std::size_t) {}

    void before_switch_to(const SanitizerNotes&) {}
    void before_last_switch_to(const SanitizerNotes&) {}
    void after_switch_from(SanitizerNotes&) {}
};

#endif
