// One request to each of several servers, of which some may not be there.
#include <exception>
#include <iostream>
#include <vector>

#include "exchange.hpp"

// 0: all replies are there; 1: a connection has failed; 2: the program itself could not go on.
int main(int argc, char** argv) {
    std::vector<sockaddr_in> servers;
    for (int i = 1; i < argc; ++i) {
        if (const auto server = parse_address(argv[i])) {
            servers.push_back(*server);
        }
    }
    if (argc < 2 || argc > 10 || servers.size() != static_cast<std::size_t>(argc - 1)) {
        std::cerr << "ch04-04 takes one to nine times HOST:PORT, with an IPv4 address or localhost "
                     "as HOST\n";
        return 2;
    }
    try {
        std::cout.exceptions(std::ios::failbit | std::ios::badbit);
        const std::size_t failed = fetch_all(servers);
        std::cout << "FINISHED: " << servers.size() - failed << " of " << servers.size() << '\n'
                  << std::flush;
        return failed == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
