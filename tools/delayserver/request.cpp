// Parsing of requests. The order of the checks is part of the contract: a verdict must not change
// when more bytes arrive, so a check that needs less of the input comes before one that needs more.
#include "delayserver/request.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

namespace delayserver {
namespace {

using Verdict = std::optional<Refusal>;  // nothing: no objection

constexpr std::string_view digits = "0123456789";
constexpr std::string_view alphanumeric =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool consists_of(std::string_view text, std::string_view first, std::string_view second = {}) {
    return std::all_of(text.begin(), text.end(), [=](char c) {
        return first.find(c) != std::string_view::npos || second.find(c) != std::string_view::npos;
    });
}

// RFC 9110, 5.6.2
bool is_token(std::string_view text) {
    return !text.empty() && consists_of(text, alphanumeric, "!#$%&'*+-.^_`|~");
}

bool is_control(char c) {
    const auto value = static_cast<unsigned char>(c);
    return value < 0x20 || value == 0x7f;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

// Cuts `text` at the first `separator`: returns what is before it and leaves what is behind it.
std::string_view take_until(std::string_view& text, char separator) {
    const auto position = text.find(separator);
    const auto taken = text.substr(0, position);
    text.remove_prefix(position == std::string_view::npos ? text.size() : position + 1);
    return taken;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size(); begin += parts.back().size() + 1) {
        parts.push_back(text.substr(begin, text.find(separator, begin) - begin));
    }
    return parts;
}

// A decimal number; one that doesn't fit is the largest there is, for the caller's limit to catch.
std::optional<std::uint64_t> read_number(std::string_view text) {
    if (text.empty() || !consists_of(text, digits)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        return std::numeric_limits<std::uint64_t>::max();
    }
    return value;
}

std::optional<std::chrono::milliseconds> read_duration(std::string_view text) {
    const auto value = read_number(text);
    if (!value || *value > static_cast<std::uint64_t>(max_delay.count())) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(*value);
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const auto escape = text.substr(i + 1, 2);
        if (escape.size() != 2 || !consists_of(escape, digits, "abcdefABCDEF")) {
            return std::nullopt;
        }
        unsigned value = 0;
        std::from_chars(escape.data(), escape.data() + escape.size(), value, 16);
        decoded += static_cast<char>(value);
        i += 2;
    }
    return decoded;
}

// RFC 9112, 2.2: empty lines before the request line are skipped.
std::size_t leading_empty_lines(std::string_view bytes) {
    std::size_t position = 0;
    while (bytes.substr(position, 1) == "\n" || bytes.substr(position, 2) == "\r\n") {
        position += bytes[position] == '\n' ? 1 : 2;
    }
    return position;
}

// Looks at as much of the request line as there is, so that a client that speaks another protocol
// (TLS, say, whose first byte is 0x16) hears of it instead of waiting for us to see a line's end.
Verdict check_request_line_bytes(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size() && bytes[i] != '\n'; ++i) {
        const bool carriage_return_of_line_end =
            bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] == '\n');
        const bool ascii = static_cast<unsigned char>(bytes[i]) < 0x80;
        if (!carriage_return_of_line_end && (is_control(bytes[i]) || !ascii)) {
            return Refusal{400, "the request line has a byte that isn't visible ASCII"};
        }
    }
    return std::nullopt;
}

// The size of the head at the front of `bytes`, its empty line included.
std::optional<std::size_t> head_size(std::string_view bytes) {
    std::size_t line = 0;
    for (;;) {
        const auto end = bytes.find('\n', line);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const auto length = end - line;
        if (length == 0 || (length == 1 && bytes[line] == '\r')) {
            return end + 1;
        }
        line = end + 1;
    }
}

// RFC 9112, 2.2: a lone LF may end a line, and a CR before it is ignored. A CR anywhere else is
// left in the line, where it is refused as a control character.
std::string_view take_line(std::string_view& head) {
    auto line = take_until(head, '\n');
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

struct RequestLine {
    std::string_view method;
    std::string_view target;
    bool http_1_0 = false;
};

// RFC 9112, 3: three words, one space between each two.
Verdict read_request_line(std::string_view line, RequestLine& out) {
    out.method = take_until(line, ' ');
    out.target = take_until(line, ' ');
    if (!is_token(out.method) || out.target.empty()) {
        return Refusal{400, "the request line is not: method, space, target, space, version"};
    }
    // A later 1.x is read as the latest that we know (RFC 9110, 2.5).
    if (line.size() != 8 || !line.starts_with("HTTP/1.") || !consists_of(line.substr(7), digits)) {
        return Refusal{400, "the version is neither HTTP/1.0 nor HTTP/1.1"};
    }
    out.http_1_0 = line.back() == '0';
    return std::nullopt;
}

struct Fields {
    std::size_t hosts = 0;
    bool connection_close = false;
    bool connection_keep_alive = false;
    bool transfer_encoding = false;
    bool expect = false;
    std::optional<std::uint64_t> content_length;
};

// RFC 9110, 8.6: the same length said twice may be taken as said once.
Verdict read_content_length(std::string_view value, Fields& out) {
    for (const auto part : split(value, ',')) {
        const auto length = read_number(trimmed(part));
        if (!length) {
            return Refusal{400, "Content-Length is not a number"};
        }
        if (out.content_length.value_or(*length) != *length) {
            return Refusal{400, "there are two different Content-Lengths"};
        }
        out.content_length = length;
    }
    return std::nullopt;
}

void read_connection(std::string_view value, Fields& out) {
    for (const auto part : split(value, ',')) {
        out.connection_close |= equal_ignoring_case(trimmed(part), "close");
        out.connection_keep_alive |= equal_ignoring_case(trimmed(part), "keep-alive");
    }
}

// RFC 9112, 5. A name is followed by its colon at once, and no line is folded.
Verdict read_field(std::string_view line, Fields& out) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return Refusal{400, "a header line is not: name, colon, value"};
    }
    const auto name = line.substr(0, colon);
    const auto value = trimmed(line.substr(colon + 1));
    if (std::any_of(value.begin(), value.end(),
                    [](char c) { return is_control(c) && c != '\t'; })) {
        return Refusal{400, "a header value has a control character"};
    }
    if (equal_ignoring_case(name, "Host")) {
        ++out.hosts;
        if (!consists_of(value, alphanumeric, "-._~%!$&'()*+,;=:[]")) {
            return Refusal{400, "Host is not a host and a port"};
        }
    } else if (equal_ignoring_case(name, "Content-Length")) {
        return read_content_length(value, out);
    } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
        out.transfer_encoding = true;
    } else if (equal_ignoring_case(name, "Connection")) {
        read_connection(value, out);
    } else if (equal_ignoring_case(name, "Expect")) {
        out.expect = true;
    }
    return std::nullopt;
}

Verdict read_fields(std::string_view lines, Fields& out) {
    for (auto line = take_line(lines); !line.empty(); line = take_line(lines)) {
        if (auto refusal = read_field(line, out)) {
            return refusal;
        }
    }
    return std::nullopt;
}

// What the fields say about the request as a whole.
Verdict check_fields(const RequestLine& line, const Fields& fields) {
    if (fields.hosts > 1 || (fields.hosts == 0 && !line.http_1_0)) {
        return Refusal{400, "HTTP/1.1 needs the Host header, once"};
    }
    if (fields.transfer_encoding && fields.content_length) {
        return Refusal{400, "Transfer-Encoding and Content-Length contradict each other"};
    }
    if (fields.transfer_encoding) {
        return Refusal{400, "a request body with Transfer-Encoding is not read here"};
    }
    if (line.method != "GET") {
        return Refusal{405, "the only method here is GET"};
    }
    const auto length = fields.content_length.value_or(0);
    if (length > max_body_bytes) {
        return Refusal{413,
                       "a request body has at most " + std::to_string(max_body_bytes) + " bytes"};
    }
    // RFC 9110, 10.1.1: a client that asks before it sends a body has to get an answer now.
    if (fields.expect && length > 0 && !line.http_1_0) {
        return Refusal{400, "Expect is not served here: send the body at once, or none"};
    }
    return std::nullopt;
}

Verdict read_option(std::string_view option, Request& out) {
    const bool has_value = option.find('=') != std::string_view::npos;
    const auto name = take_until(option, '=');
    if (name == "size" && has_value) {
        const auto size = read_number(option);
        if (!size || *size > max_reply_size) {
            return Refusal{400,
                           "size is a number of bytes up to " + std::to_string(max_reply_size)};
        }
        out.size = static_cast<std::size_t>(*size);
    } else if (name == "drip" && has_value) {
        out.drip = read_duration(option);
        if (!out.drip) {
            return Refusal{
                400, "drip is a number of milliseconds up to " + std::to_string(max_delay.count())};
        }
    } else if (name == "chunked" && !has_value) {
        out.chunked = true;
    } else if (name == "reset" && !has_value) {
        out.reset = true;
    } else {
        return Refusal{400, "the options are size=N, drip=MS, chunked and reset, joined by &"};
    }
    return std::nullopt;
}

Verdict read_query(std::string_view query, Request& out) {
    std::vector<std::string_view> names;
    for (auto option : split(query, '&')) {
        if (auto refusal = read_option(option, out)) {
            return refusal;
        }
        names.push_back(take_until(option, '='));
    }
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) != names.end()) {
        return Refusal{400, "an option is given twice"};
    }
    if (out.drip && out.size > max_drip_size) {
        return Refusal{400, "with drip, size is at most " + std::to_string(max_drip_size)};
    }
    if (out.chunked && out.http_1_0) {
        return Refusal{400, "HTTP/1.0 has no chunks"};
    }
    return std::nullopt;
}

// RFC 9112, 3.2.2: a server accepts `http://host/path` for `/path`.
std::string_view without_authority(std::string_view target) {
    constexpr std::string_view scheme = "http://";
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
        return target;
    }
    target.remove_prefix(scheme.size());
    const auto end_of_authority = target.find_first_of("/?");
    return end_of_authority == std::string_view::npos ? "" : target.substr(end_of_authority);
}

Verdict read_target(std::string_view target, Request& out) {
    if (target.find('#') != std::string_view::npos) {
        return Refusal{400, "a request's target has no fragment; write # as %23"};
    }
    auto query = without_authority(target);
    const bool has_query = query.find('?') != std::string_view::npos;
    auto message = take_until(query, '?');
    const bool rooted = message.starts_with('/');
    message.remove_prefix(rooted ? 1 : 0);
    const auto delay = take_until(message, '/');
    if (!rooted || delay.empty() || message.empty() ||
        message.find('/') != std::string_view::npos) {
        return Refusal{404, "the path is /{delay_ms}/{message}; write / in a message as %2F"};
    }
    const auto duration = read_duration(delay);
    if (!duration) {
        return Refusal{400, "the delay is a number of milliseconds up to " +
                                std::to_string(max_delay.count())};
    }
    auto decoded = percent_decoded(message);
    if (!decoded) {
        return Refusal{400, "a % is followed by two hexadecimal digits; write % as %25"};
    }
    out.delay = *duration;
    out.message = std::move(*decoded);
    return has_query ? read_query(query, out) : std::nullopt;
}

}  // namespace

Parsed parse_request(std::string_view bytes) {
    const auto window = bytes.substr(0, max_head_bytes);
    const auto start = leading_empty_lines(window);
    auto head = window.substr(start);
    if (auto refusal = check_request_line_bytes(head)) {
        return *refusal;
    }
    const auto size = head_size(head);
    if (!size) {
        if (window.size() < max_head_bytes) {
            return Incomplete{};
        }
        return Refusal{431,
                       "a request's head has at most " + std::to_string(max_head_bytes) + " bytes"};
    }
    head = head.substr(0, *size);

    RequestLine line;
    Fields fields;
    Request request;
    if (auto refusal = read_request_line(take_line(head), line)) {
        return *refusal;
    }
    if (auto refusal = read_fields(head, fields)) {
        return *refusal;
    }
    if (auto refusal = check_fields(line, fields)) {
        return *refusal;
    }
    request.http_1_0 = line.http_1_0;
    request.keep_alive =
        !fields.connection_close && (!line.http_1_0 || fields.connection_keep_alive);
    if (auto refusal = read_target(line.target, request)) {
        return *refusal;
    }
    const auto consumed =
        start + *size + static_cast<std::size_t>(fields.content_length.value_or(0));
    if (bytes.size() < consumed) {
        return Incomplete{};
    }
    return Complete{std::move(request), consumed};
}

}  // namespace delayserver
