// Five replies, some of them large, in small steps: no connection keeps the thread from the others.
#include <exception>
#include <iostream>
#include <string_view>

#include "downloads.hpp"

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "127.0.0.1:8080";
    const auto server = parse_address(argument);
    if (!server || argc > 2) {
        std::cerr << "ch04-01 takes one HOST:PORT, with an IPv4 address or localhost as HOST\n";
        return 2;
    }
    try {
        std::cout.exceptions(std::ios::failbit | std::ios::badbit);
        Downloads downloads(*server);
        take_turns(downloads);
        std::cout << "FINISHED\n" << std::flush;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
