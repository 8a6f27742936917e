// Small helpers for reading and writing text and for showing it to a person. Nothing here knows
// what a stage, a spec or an expected.txt is.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace checker {

/// A file that we were asked to read is wrong. what() is "FILE:LINE: meaning", where the meaning
/// says what is wrong and what was meant or what to do; "FILE: meaning" if no line is to blame.
class SpecError : public std::runtime_error {
public:
    /// `line` counts from 1; 0 blames the file as a whole.
    SpecError(std::filesystem::path file, int line, const std::string& meaning);

    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
    [[nodiscard]] int line() const noexcept { return line_; }

private:
    std::filesystem::path file_;
    int line_;
};

/// The whole file, byte for byte. Throws std::system_error that names the call and the path.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// read_file() for files that a person wrote for us: what can't be read, a folder included, is a
/// SpecError without a line.
[[nodiscard]] std::string read_spec_file(const std::filesystem::path& path);

/// The lines without their '\n'. A last line that lacks its newline is a line; nothing follows a
/// newline at the very end. The views point into `text`.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

/// One line as a person can see it: trailing blanks as ·, a carriage return as ␍, tabs as →, other
/// control characters, those of direction included, and bytes that aren't UTF-8 as \xNN.
[[nodiscard]] std::string visible(std::string_view line);

/// How many characters of UTF-8 a text has.
[[nodiscard]] std::size_t characters(std::string_view text);

/// The text without the blanks and tabs at its two ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// At most about `limit` bytes of `text`: if it is longer its middle is replaced by
/// "… (N bytes cut) …". Never splits a UTF-8 character.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t limit);

/// Where the first invalid UTF-8 sequence starts (RFC 3629), or nothing if all of it is valid.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text);

/// The candidate that `word` was most likely meant to be, or nothing if none is near: by edit
/// distance (one transposition counts once), or because one of the two begins with the other.
[[nodiscard]] std::optional<std::string> did_you_mean(std::string_view word,
                                                      std::span<const std::string> candidates);

/// `; did you mean "X"?`, or `; known: A, B, C` if nothing is near. To end a message with.
[[nodiscard]] std::string suggestion(std::string_view word,
                                     std::span<const std::string> candidates);

/// `text` as visible() and shorten() show it, between double quotes.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// The words with `between` between them. Empty for none.
[[nodiscard]] std::string joined(std::span<const std::string> words, std::string_view between);

/// The words joined: "a, b or c". Empty for none.
[[nodiscard]] std::string one_of(std::span<const std::string> words);

}  // namespace checker
