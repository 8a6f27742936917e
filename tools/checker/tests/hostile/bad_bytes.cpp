// Prints NUL bytes, half a UTF-8 sequence, bytes that no UTF-8 has, and 3 MiB in one line that has
// no end; exits with 1. Verdict: its output is wrong, and every report of that is valid text.
#include <string>

#include "../programs/client.hpp"
#include "contained.hpp"

int main() {
    hostile::only_in_containment();
    using namespace std::string_literals;
    const std::string bytes = "a\0b\0\n"s + "half a euro: \xe2\x82\n" + "\xff\xfe\xc0\x80\n"s +
                              "\xed\xa0\x80 a surrogate\n" + "\r\n\x7f\x01\n" +
                              std::string(3U << 20, '\xe2');
    fixture::write_all(STDOUT_FILENO, bytes);
    fixture::write_all(STDERR_FILENO, bytes);
    return 1;
}
