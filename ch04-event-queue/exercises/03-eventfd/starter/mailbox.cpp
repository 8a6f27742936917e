// Lines, and a bell that says that there are some.
#include "mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

Mailbox::Mailbox() : bell_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd") {}

// your code
void Mailbox::post(std::vector<std::string> lines) {
    shelf_.put(std::move(lines));
}

std::vector<std::string> Mailbox::take_all() {
    std::vector<std::string> lines;
    if (auto line = shelf_.take()) {
        lines.push_back(std::move(*line));
    }
    return lines;
}
// end
