// Fibers that own what they do, spawn others, and wait for them. Exceptions travel from fiber to
// fiber, and each fiber handles its own.
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fibers.hpp"

namespace {

/// Can be moved and not copied, and tells when it is destroyed, and on which stack.
class Ticket {
public:
    explicit Ticket(std::string holder) : holder_(std::move(holder)) {}
    Ticket(Ticket&& other) noexcept : holder_(std::exchange(other.holder_, {})) {}
    ~Ticket() {
        if (!holder_.empty()) {
            std::cout << holder_ << ": its ticket is destroyed, at " << __builtin_frame_address(0)
                      << '\n';
        }
    }

    [[nodiscard]] const std::string& holder() const noexcept { return holder_; }

private:
    std::string holder_;  // empty: moved from
};

void be_a_child(Fibers& fibers, const Ticket& ticket, const std::string& word) {
    std::cout << ticket.holder() << ": begins, at " << __builtin_frame_address(0) << '\n';
    fibers.yield();
    if (ticket.holder() == "child 2") {
        throw std::runtime_error("no " + word);
    }
    std::cout << ticket.holder() << ": ends\n";
}

void be_the_parent(Fibers& fibers, const std::string& word) {
    std::vector<JoinHandle> children;
    for (const std::string name : {"child 1", "child 2", "child 3"}) {
        children.push_back(fibers.spawn(
            [&fibers, word, ticket = Ticket(name)] { be_a_child(fibers, ticket, word); }));
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
    } catch (const std::exception& error) {
        std::cout << "main: the parent has failed: " << error.what() << '\n';
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

/// Yields in its destructor, so perhaps with an exception on its way.
class SlowGoodbye {
public:
    explicit SlowGoodbye(Fibers& fibers) : fibers_(fibers) {}
    SlowGoodbye(const SlowGoodbye&) = delete;
    SlowGoodbye& operator=(const SlowGoodbye&) = delete;
    ~SlowGoodbye() {
        fibers_.yield();
        std::cout << "third: " << std::uncaught_exceptions() << " on its way\n";
    }

private:
    Fibers& fibers_;
};

void mix_exceptions() {
    Fibers fibers;
    fibers.spawn([&] { handle_slowly(fibers, "first"); });
    fibers.spawn([&] { handle_slowly(fibers, "second"); });
    JoinHandle third = fibers.spawn([&] {
        const SlowGoodbye goodbye(fibers);
        throw std::runtime_error("third's own");
    });
    fibers.spawn([] { std::cout << "fourth: " << std::uncaught_exceptions() << " on its way\n"; });
    try {
        third.join();
    } catch (const std::exception& error) {
        std::cout << "main: the third has failed: " << error.what() << '\n';
    }
}

/// main, too, may be in the middle of an exception when others run: also when they end.
void wait_in_a_handler() {
    Fibers fibers;
    try {
        try {
            throw std::runtime_error("main's own");
        } catch (const std::exception&) {
            fibers.spawn([] { std::cout << "fifth: begins and ends\n"; }).join();
            throw;
        }
    } catch (const std::exception& error) {
        std::cout << "main: has thrown it again, and caught " << error.what() << '\n';
    }
}

/// Two that join each other. They can't be brought to an end, so this doesn't return.
void wait_in_a_circle() {
    Fibers fibers;
    std::vector<JoinHandle> handles;
    handles.push_back(fibers.spawn([&] { handles[1].join(); }));
    handles.push_back(fibers.spawn([&] { handles[0].join(); }));
    try {
        fibers.run();
        std::cout << "main: they have ended\n" << std::flush;
    } catch (const std::logic_error& error) {
        std::cout << "main: " << error.what() << '\n' << std::flush;
    }
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
            wait_in_a_handler();
        }
        std::cout << "main: is back\n";
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
    return 0;
}
