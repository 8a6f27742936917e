// Asio reads and writes the address itself; the port, and the colon between them, are left to us.
#include "address.hpp"

#include <charconv>
#include <cstdint>

std::optional<asio::ip::tcp::endpoint> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string host(text.substr(0, colon));
    if (host == "localhost") {
        host = "127.0.0.1";
    }
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const char* const digits_begin = digits.data();
    const char* const digits_end = digits_begin + digits.size();
    const auto [stopped, error] = std::from_chars(digits_begin, digits_end, port);
    const bool port_is_good = error == std::errc{} && stopped == digits_end && port != 0;
    asio::error_code host_error;
    const auto address = asio::ip::make_address_v4(host, host_error);
    if (!port_is_good || host_error) {
        return std::nullopt;
    }
    return asio::ip::tcp::endpoint(address, port);
}

std::string to_string(const asio::ip::tcp::endpoint& address) {
    return address.address().to_string() + ":" + std::to_string(address.port());
}
