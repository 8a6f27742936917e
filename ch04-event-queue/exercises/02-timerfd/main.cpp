// Five replies, and a timer in the queue by which the program tells how long each of them took.
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include "session.hpp"

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "127.0.0.1:8080";
    const auto server = parse_address(argument);
    if (!server || argc > 2) {
        std::cerr << "ch04-02 takes one HOST:PORT, with an IPv4 address or localhost as HOST\n";
        return 2;
    }
    try {
        std::cout.exceptions(std::ios::failbit | std::ios::badbit);
        Session session(*server);
        run_loop(session);
        std::cout << "FINISHED\n" << std::flush;
    } catch (const std::logic_error& error) {
        std::cerr << error.what() << '\n';
        return 3;  // a count that can't be right
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
