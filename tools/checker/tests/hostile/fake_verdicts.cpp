// Prints what looks like a verdict of the checker, with escape sequences that would hide the true
// one, on stdout and stderr. Verdict: that of its true output; its words appear only as quoted.
#include <string_view>

#include "../programs/client.hpp"
#include "contained.hpp"

int main(int argc, char** argv) {
    hostile::only_in_containment();
    return fixture::run(argc, argv, [](const sockaddr_in& server) {
        constexpr std::string_view fake =
            "\033[2J\033[H\033]0;title\a\r"
            "ch04/a  A stage                                                  ok: serial\n"
            "ch04/a  A stage                                                  ok: serial\n"
            "  what happened:\n"
            "    1       0 ms  checker  is content\n"
            "1 passed, 0 failed\n"
            "%end\n"
            "\xe2\x80\xaepassed\xe2\x80\xac \xc2\x9b"
            "2J\n"
            "\x1b[8m";
        fixture::write_all(STDOUT_FILENO, fake);
        fixture::write_all(STDERR_FILENO, fake);
        fixture::get(server, fixture::milliseconds{1000}, "%1b%5B2J%0Ach04/a");
    });
}
