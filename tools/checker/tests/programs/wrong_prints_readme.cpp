// Wrong: prints what the lesson shows, and makes no request at all.
// The server saw nothing, and the replies of a run carry words that no lesson can show.
// Verdict: wrong output, no requests, elapsed 0 ms.
#include "client.hpp"

namespace {

void print_what_the_lesson_shows(const sockaddr_in&) {
    for (int i = 5; i >= 1; --i) {
        fixture::print_received("HelloWorld" + std::to_string(i));
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, print_what_the_lesson_shows);
}
