// What the C++ runtime keeps of exceptions for each thread, and has to be kept for each fiber:
// which were caught and are still being handled, and how many are on their way.
#pragma once

#include <cxxabi.h>

#include <cstring>

/// The content of __cxa_eh_globals: Itanium C++ ABI, Exception Handling, section 2.2.2. Its members
/// are written down there, its definition is in no header. To begin with there are no exceptions.
struct ExceptionState {
    void* caught = nullptr;
    unsigned int uncaught = 0;
};

/// Replaces the calling thread's state by `next`, and returns what it was.
inline ExceptionState exchange_exception_state(const ExceptionState& next) noexcept {
    // It stays there for as long as the thread lives, and to ask for it costs a call.
    static thread_local void* const current = __cxxabiv1::__cxa_get_globals();
    ExceptionState previous;
    std::memcpy(&previous, current, sizeof previous);
    std::memcpy(current, &next, sizeof next);
    return previous;
}
