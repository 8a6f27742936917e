// As much of HTTP/1.1 as a client needs that asks one question per connection: RFC 9112. It does no
// I/O: bytes in, bytes out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// A GET request for `path` that asks the server to close the connection after its reply. `host` is
/// HOST:PORT, as in the address of a web page.
[[nodiscard]] std::string get_request(std::string_view host, std::string_view path);

/// Puts a reply together from whatever pieces it comes in, and knows when it is whole: after as
/// many bytes of body as Content-Length says, or, without that header, when the server has closed
/// the connection (RFC 9112, section 6.3). Chunked replies are beyond it. take() and end_of_file()
/// throw std::runtime_error if the reply is malformed or cut off; the reader is of no use after
/// that.
class ResponseReader {
public:
    /// Takes the next bytes, any number of them. What follows a whole reply is ignored.
    void take(std::string_view bytes);
    /// To be told when the server has sent its last byte.
    void end_of_file();

    [[nodiscard]] bool complete() const noexcept;

    /// The status code, and the body; valid once complete(). The body is a view into this object.
    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] std::string_view body() const noexcept;

private:
    void read_head(std::string_view head);
    void read_header(std::string_view line);

    std::string received_;
    std::size_t body_start_ = 0;         // 0: the blank line hasn't come yet
    std::optional<std::size_t> length_;  // of the body
    bool ended_ = false;
    int status_ = 0;
};
