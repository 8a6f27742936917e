// The inside of a fiber, for the files that make up Fibers.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "context.hpp"
#include "fibers.hpp"
#include "stack.hpp"

struct Fibers::Fiber {
    static constexpr std::size_t stack_size = 256 * 1024;

    Fiber(Fibers& all, std::unique_ptr<Callable> to_call)
        : fibers(all),
          body(std::move(to_call)),
          stack(stack_size),
          context(stack, &Fibers::begin, this) {}

    Fibers& fibers;
    std::unique_ptr<Callable> body;
    Stack stack;
    Context context;
    bool ready = false;      // is in the ready queue
    bool cancelled = false;  // has to throw Cancelled
    bool ending = false;     // its body has returned, thrown or not begun, and is destroyed now
    bool returned = false;
};
