// Forked: four children with one request each, 1000 to 4000 ms; then one by the parent, 500 ms.
// Tricky: the tree grows and shrinks, zombies stay until the parent has waited for all in order.
// Elapsed: 4500 ms.
#include "client.hpp"

namespace {

void one_child_each(const sockaddr_in& server) {
    std::vector<pid_t> children;
    for (int i = 1; i <= 4; ++i) {
        children.push_back(fixture::fork_child([&server, i] {
            const auto message = "HelloWorld" + std::to_string(i);
            fixture::print_received(fixture::get(server, fixture::milliseconds{i * 1000}, message));
        }));
    }
    for (const pid_t child : children) {
        fixture::wait_for_child(child);
    }
    fixture::print_received(fixture::get(server, fixture::milliseconds{500}, "HelloWorld5"));
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, one_child_each);
}
