// What the program's argument means: the address of the server. Nothing here connects to it.
#pragma once

#include <asio.hpp>
#include <optional>
#include <string>
#include <string_view>

/// Reads HOST:PORT, where HOST is an IPv4 address in dots or `localhost`, and PORT is 1 to 65535.
/// nullopt if it isn't one. Other names need asio::ip::tcp::resolver, which runs a thread for them.
[[nodiscard]] std::optional<asio::ip::tcp::endpoint> parse_address(std::string_view text);

/// 127.0.0.1:8080
[[nodiscard]] std::string to_string(const asio::ip::tcp::endpoint& address);
