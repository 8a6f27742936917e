// One side of a switch: all that has to be kept of a flow of control while another one runs. It
// knows nothing of whose turn it is.
#pragma once

#include <cstddef>

#include "exception_state.hpp"
#include "sanitizer_notes.hpp"
#include "stack.hpp"
#include "switch_stack.hpp"

/// Who is left, and can be entered again. Stays where it is.
class Context {
public:
    /// Of the thread's own stack, to be left first.
    Context() = default;

    /// Of a new stack, to be entered first: that begins `entry(argument)`, which calls
    /// arrive_from() at once, and never returns. It leaves by leave_for_good().
    Context(const Stack& stack, void (*entry)(void*), void* argument)
        : left_at_(prepare_stack(stack, entry, argument)),
          notes_(stack.lowest(), static_cast<std::size_t>(static_cast<char*>(stack.top()) -
                                                          static_cast<char*>(stack.lowest()))) {}

    /// Saves the caller here and goes on in `other`. Returns when somebody comes back, which must
    /// be from `other`.
    [[gnu::always_inline]] void switch_to(Context& other) {
        exceptions_ = exchange_exception_state(other.exceptions_);
        notes_.before_switch_to(other.notes_);
        switch_stack(&left_at_, other.left_at_);
        arrive_from(other);
    }

    [[gnu::always_inline]] void arrive_from(Context& other) {
        notes_.after_switch_from(other.notes_);
    }

    /// As switch_to, and this side will never be entered again. It doesn't destroy what is on its
    /// stack: nothing with a destructor may be left there.
    [[gnu::always_inline]] void leave_for_good(Context& other) {
        exceptions_ = exchange_exception_state(other.exceptions_);
        notes_.before_last_switch_to(other.notes_);
        switch_stack(&left_at_, other.left_at_);
    }

private:
    void* left_at_ = nullptr;
    ExceptionState exceptions_;
    [[no_unique_address]] SanitizerNotes notes_;
};
