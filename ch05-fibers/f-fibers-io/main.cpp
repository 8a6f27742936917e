// Five requests at once on one thread, and each is written as if it were alone: straight from top
// to bottom.
#include <array>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fiber_stream.hpp"
#include "fibers.hpp"
#include "http.hpp"
#include "witness.hpp"

namespace {

/// Flushed, so that whoever reads us through a pipe sees each reply when it comes.
void print(const std::string& label, std::string_view text) {
    std::cout << label << text << '\n' << std::flush;
    if (!std::cout) {
        throw std::runtime_error("stdout takes no more");
    }
}

/// All that one request takes: connect, ask, read to the end, print.
void fetch(Fibers& fibers, const sockaddr_in& server, const std::string& path) {
    FiberStream stream(fibers, server);
    stream.write_all(get_request(to_string(server), path));
    ResponseReader reply;
    std::array<char, 16'384> buffer;
    while (!reply.complete()) {
        const std::size_t size = stream.read(buffer);
        if (size == 0) {
            reply.end_of_file();
        } else {
            reply.take({buffer.data(), size});
        }
    }
    if (reply.status() != 200) {
        throw std::runtime_error("the server answered with status " +
                                 std::to_string(reply.status()));
    }
    print("RECEIVED: ", reply.body());
}

void fetch_all(const sockaddr_in& server) {
    Fibers fibers;
    std::vector<JoinHandle> requests;
    for (int number = 1; number <= 5; ++number) {
        const std::string path =
            "/" + std::to_string(6000 - 1000 * number) + "/HelloWorld" + std::to_string(number);
        requests.push_back(fibers.spawn([&fibers, &server, path] { fetch(fibers, server, path); }));
    }
    for (JoinHandle& request : requests) {
        request.join();
    }
    print("FINISHED", "");
}

/// False if there is none of that name. `much` takes a server, to wait for a reply of it first.
bool run_witness(std::string_view name, const std::optional<sockaddr_in>& server) {
    if (name == "much") {
        write_more_than_fits([&](Fibers& fibers) {
            if (server) {
                fetch(fibers, *server, "/1000/HelloWorld5");
            }
        });
    } else if (name == "beside-work") {
        wait_beside_work();
    } else if (name == "reset") {
        read_after_reset();
    } else if (name == "circle") {
        wait_in_a_circle();
    } else {
        return false;
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view name = argc > 1 ? argv[1] : "";
    const auto server = parse_address(argc > 1 ? argv[argc - 1] : "127.0.0.1:8080");
    try {
        if (server && argc <= 2) {
            fetch_all(*server);
        } else if (argc > 3 || (argc == 3 && !server) || !run_witness(name, server)) {
            std::cerr << "ch05-f takes one HOST:PORT, with an IPv4 address or localhost as HOST, "
                         "or beside-work, much, much HOST:PORT, reset, or circle\n";
            return 2;
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
