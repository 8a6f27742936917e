// The shape of an HTTP/1.1 message: a start line, header lines, a blank line, a body. Lines end in
// CR LF.
#include "http.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view blank_line = "\r\n\r\n";
constexpr std::size_t longest_head = 65'536;

[[noreturn]] void malformed(const std::string& what) {
    throw std::runtime_error("malformed reply: " + what);
}

// Header names are the same in any case: RFC 9110, section 5.1. std::tolower would ask the locale.
bool same_name(std::string_view one, std::string_view other) {
    const auto lower = [](char c) {
        return 'A' <= c && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    return std::ranges::equal(one, other, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == text.npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Digits and nothing but digits, or nullopt.
std::optional<std::size_t> number(std::string_view digits) {
    const char* const begin = digits.data();
    const char* const end = begin + digits.size();
    std::size_t value = 0;
    const auto [stopped, error] = std::from_chars(begin, end, value);
    return error == std::errc{} && stopped == end ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string get_request(std::string_view host, std::string_view path) {
    std::string request = "GET ";
    request.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
    return request.append("\r\nConnection: close\r\n\r\n");
}

void ResponseReader::take(std::string_view bytes) {
    // The blank line may be cut in two, so the search steps back by all of it but one byte. It
    // never starts from the front again: a reply in single bytes would then cost the square of its
    // length.
    const std::size_t before = received_.size();
    received_ += bytes;
    if (body_start_ != 0) {
        return;
    }
    const std::size_t step_back = std::min(before, blank_line.size() - 1);
    const std::size_t blank = received_.find(blank_line, before - step_back);
    if (std::min(blank, received_.size()) > longest_head) {
        malformed("its head is longer than 64 KiB");
    }
    if (blank != std::string::npos) {
        read_head(std::string_view(received_).substr(0, blank));
        body_start_ = blank + blank_line.size();
    }
}

void ResponseReader::end_of_file() {
    ended_ = true;
    if (!complete()) {
        malformed("cut off after " + std::to_string(received_.size()) + " bytes");
    }
}

bool ResponseReader::complete() const noexcept {
    return body_start_ != 0 && (length_ ? received_.size() - body_start_ >= *length_ : ended_);
}

std::string_view ResponseReader::body() const noexcept {
    const auto rest = std::string_view(received_).substr(body_start_);
    return length_ ? rest.substr(0, *length_) : rest;
}

void ResponseReader::read_head(std::string_view head) {
    // HTTP/1.1 200 OK
    const std::string_view start = head.substr(0, head.find(line_end));
    const auto status = start.size() < 12 ? std::nullopt : number(start.substr(9, 3));
    if (!status || !start.starts_with("HTTP/1.") || start[8] != ' ') {
        malformed("it begins with \"" + std::string(start.substr(0, 40)) + "\"");
    }
    status_ = static_cast<int>(*status);
    for (std::size_t at = start.size(); at < head.size();) {
        at += line_end.size();
        const std::string_view line = head.substr(at, head.find(line_end, at) - at);
        read_header(line);
        at += line.size();
    }
}

void ResponseReader::read_header(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) {
        malformed("a header line without a colon");
    }
    const std::string_view name = line.substr(0, colon);
    if (same_name(name, "Transfer-Encoding")) {
        malformed("it is chunked, and we asked for nothing of the kind");
    }
    if (same_name(name, "Content-Length")) {
        const auto length = number(trimmed(line.substr(colon + 1)));
        if (!length || (length_ && length != length_)) {
            malformed("its Content-Length is not one number");
        }
        length_ = length;
    }
}
