// Fibers that own what they do, spawn others, and wait for them. Exceptions travel from fiber to
// fiber, and each fiber handles its own.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "fibers.hpp"

namespace {

/// Can be moved and not copied. Its destructor lets others have a turn first, and then tells that
/// it is destroyed, and on which stack.
class Ticket {
public:
    Ticket(Fibers& fibers, std::string holder) : fibers_(fibers), holder_(std::move(holder)) {}
    Ticket(Ticket&& other) noexcept
        : fibers_(other.fibers_), holder_(std::exchange(other.holder_, {})) {}
    ~Ticket() {
        if (!holder_.empty()) {
            fibers_.yield();
            std::cout << holder_ << ": its ticket is destroyed, at " << __builtin_frame_address(0)
                      << '\n';
        }
    }

    [[nodiscard]] const std::string& holder() const noexcept { return holder_; }

private:
    Fibers& fibers_;
    std::string holder_;  // empty: moved from
};

/// A type of our own: it must arrive as what it is.
struct Refusal : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void be_a_child(Fibers& fibers, const Ticket& ticket, const std::string& word) {
    std::cout << ticket.holder() << ": begins, at " << __builtin_frame_address(0) << '\n';
    fibers.yield();
    if (ticket.holder() == "child 2") {
        throw Refusal("no " + word);
    }
    std::cout << ticket.holder() << ": ends\n";
}

void be_the_parent(Fibers& fibers, const std::string& word) {
    std::vector<JoinHandle> children;
    for (const std::string name : {"child 1", "child 2", "child 3"}) {
        children.push_back(fibers.spawn(
            [&fibers, word, ticket = Ticket(fibers, name)] { be_a_child(fibers, ticket, word); }));
    }
    std::cout << "parent: has spawned 3\n";
    children[0].join();
    std::cout << "parent: child 1 has ended\n";
    children[2].join();
    std::cout << "parent: child 3 has ended\n";
    children[1].join();
}

/// The exception goes from child 2 to the parent, which doesn't catch it, and on to main.
void pass_an_exception_on(const std::string& word) {
    Fibers fibers;
    JoinHandle parent = fibers.spawn([&] { be_the_parent(fibers, word); });
    try {
        parent.join();
        std::cout << "main: no exception has come\n";
    } catch (const Refusal& refusal) {
        std::cout << "main: the parent has failed: " << refusal.what() << '\n';
    } catch (const std::exception& error) {
        std::cout << "main: no refusal has come, but " << error.what() << '\n';
    }
}

/// Yields while its exception is being handled, and throws it again afterwards.
void handle_slowly(Fibers& fibers, const std::string& name) {
    try {
        try {
            throw std::runtime_error(name + "'s own");
        } catch (const std::exception& error) {
            std::cout << name << ": has caught " << error.what() << ", and yields\n";
            fibers.yield();
            throw;
        }
    } catch (const std::exception& error) {
        std::cout << name << ": has thrown it again, and caught " << error.what() << '\n';
    }
}

/// Waits in its destructor, so perhaps with an exception on its way.
class SlowGoodbye {
public:
    SlowGoodbye(std::string name, std::function<void()> wait)
        : name_(std::move(name)), wait_(std::move(wait)) {}
    SlowGoodbye(const SlowGoodbye&) = delete;
    SlowGoodbye& operator=(const SlowGoodbye&) = delete;
    ~SlowGoodbye() {
        wait_();
        std::cout << name_ << ": " << std::uncaught_exceptions() << " on its way\n";
    }

private:
    std::string name_;
    std::function<void()> wait_;
};

/// What somebody has to say who hasn't thrown anything.
void tell_of_exceptions(const std::string& name) {
    std::cout << name << ": " << std::uncaught_exceptions() << " on its way, "
              << (std::current_exception() ? "one" : "none") << " caught\n";
}

void mix_exceptions() {
    Fibers fibers;
    fibers.spawn([&] { handle_slowly(fibers, "first"); });
    fibers.spawn([&] { handle_slowly(fibers, "second"); });
    JoinHandle third = fibers.spawn([&] {
        const SlowGoodbye goodbye("third", [&] { fibers.yield(); });
        throw 3;
    });
    fibers.spawn([] { tell_of_exceptions("fourth"); });
    try {
        third.join();
    } catch (int number) {
        std::cout << "main: the third has thrown " << number << '\n';
    }
}

/// main, too, may be in the middle of an exception when others begin and end.
void wait_in_the_middle() {
    Fibers fibers;
    try {
        try {
            const SlowGoodbye goodbye(
                "main", [&] { fibers.spawn([] { tell_of_exceptions("fifth"); }).join(); });
            throw std::runtime_error("main's own");
        } catch (const std::exception&) {
            fibers.spawn([] { tell_of_exceptions("sixth"); }).join();
            throw;
        }
    } catch (const std::exception& error) {
        std::cout << "main: has thrown it again, and caught " << error.what() << '\n';
    }
}

/// mincore(2) refuses with ENOMEM where nothing is mapped.
bool is_mapped(const void* address) {
    const auto page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto within_page = reinterpret_cast<std::uintptr_t>(address) % page_size;
    char* const page = static_cast<char*>(const_cast<void*>(address)) - within_page;
    unsigned char in_memory = 0;
    if (::mincore(page, 1, &in_memory) == 0) {
        return true;
    }
    if (errno != ENOMEM) {
        throw std::system_error(errno, std::system_category(), "mincore");
    }
    return false;
}

/// Nobody joins the seventh: it goes on after the eighth, and its exception is lost.
void drop_a_handle() {
    Fibers fibers;
    fibers.spawn([&] {
        fibers.yield();
        std::cout << "seventh: goes on, and fails\n";
        throw std::runtime_error("seventh's own");
    });
    const void* frame = nullptr;
    fibers.spawn([&] { frame = __builtin_frame_address(0); }).join();
    std::cout << "main: the eighth has ended, and its stack is "
              << (is_mapped(frame) ? "still there\n" : "gone\n");
}

/// Two that join each other, and main, which asks for one of them, too. They can't be brought to an
/// end, so this doesn't return.
void wait_in_a_circle() {
    Fibers fibers;
    std::vector<JoinHandle> handles;
    handles.push_back(fibers.spawn([&] { handles[1].join(); }));
    handles.push_back(fibers.spawn([&] { handles[0].join(); }));
    const auto try_to = [](const char* name, const std::function<void()>& wait) {
        try {
            wait();
            std::cout << "main: " << name << " has returned\n" << std::flush;
        } catch (const std::logic_error& error) {
            std::cout << "main: " << name << ": " << error.what() << '\n' << std::flush;
        }
    };
    try_to("join", [&] { handles[0].join(); });
    try_to("run", [&] { fibers.run(); });
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view word = argc == 2 ? argv[1] : "";
    if (word.empty()) {
        std::cerr << "usage: ch05-d WORD, or: ch05-d circle\n";
        return 2;
    }
    try {
        if (word == "circle") {
            wait_in_a_circle();
        } else {
            pass_an_exception_on(std::string(word));
            mix_exceptions();
            wait_in_the_middle();
            drop_a_handle();
        }
        std::cout << "main: is back\n";
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
