// Reading and replacing files, making the invisible visible, guessing what a word was meant to be.
#include "text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "fd.hpp"

namespace checker {
namespace {

std::string located(const std::filesystem::path& file, int line, const std::string& meaning) {
    const std::string where = line > 0 ? ":" + std::to_string(line) : "";
    return file.string() + where + ": " + meaning;
}

/// Bytes of the UTF-8 sequence at `at`, 0 if it is none (RFC 3629, table 3-7 of Unicode: no
/// overlong forms, no surrogates, nothing beyond U+10FFFF).
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return continues(1) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool second = (lead != 0xE0 || byte(1) >= 0xA0) && (lead != 0xED || byte(1) < 0xA0);
        return second && continues(1) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool second = (lead != 0xF0 || byte(1) >= 0x90) && (lead != 0xF4 || byte(1) < 0x90);
        return second && continues(1) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

std::string escaped_byte(unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    return {'\\', 'x', digits[byte / 16U], digits[byte % 16U]};
}

/// A character that a terminal obeys instead of showing it: the C1 controls, and what turns the
/// direction of the text round (Unicode, 23.1 and 23.2).
bool hidden(std::string_view character) {
    const auto between = [&](std::string_view first, std::string_view last) {
        return character >= first && character <= last;
    };
    return between("\xC2\x80", "\xC2\x9F") || between("\xE2\x80\x8B", "\xE2\x80\x8F") ||
           between("\xE2\x80\xA8", "\xE2\x80\xAE") || between("\xE2\x81\xA6", "\xE2\x81\xA9");
}

/// How many edits turn one word into the other: Damerau and Levenshtein's distance in its
/// restricted form (a pair is transposed at most once).
std::size_t edit_distance(std::string_view one, std::string_view other) {
    const std::size_t width = other.size() + 1;
    std::vector<std::size_t> table((one.size() + 1) * width);
    const auto cell = [&](std::size_t i, std::size_t j) -> std::size_t& {
        return table[i * width + j];
    };
    for (std::size_t i = 0; i <= one.size(); ++i) {
        for (std::size_t j = 0; j <= other.size(); ++j) {
            if (i == 0 || j == 0) {
                cell(i, j) = i + j;
                continue;
            }
            const std::size_t replaced = cell(i - 1, j - 1) + (one[i - 1] == other[j - 1] ? 0 : 1);
            cell(i, j) = std::min({cell(i - 1, j) + 1, cell(i, j - 1) + 1, replaced});
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) {
                cell(i, j) = std::min(cell(i, j), cell(i - 2, j - 2) + 1);
            }
        }
    }
    return cell(one.size(), other.size());
}

bool one_begins_the_other(std::string_view one, std::string_view other) {
    const auto shorter = std::min(one.size(), other.size());
    return shorter >= 3 && one.substr(0, shorter) == other.substr(0, shorter);
}

}  // namespace

SpecError::SpecError(std::filesystem::path file, int line, const std::string& meaning)
    : std::runtime_error(located(file, line, meaning)), file_(std::move(file)), line_(line) {}

std::string read_file(const std::filesystem::path& path) {
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file) {
        throw_errno("open " + path.string());
    }
    std::string text;
    std::array<char, 1U << 16U> buffer;
    for (;;) {
        const ssize_t n = ::read(file.get(), buffer.data(), buffer.size());
        if (n == 0) {
            return text;
        }
        if (n < 0 && errno != EINTR) {
            throw_errno("read " + path.string());
        }
        if (n > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(n));
        }
    }
}

std::string read_spec_file(const std::filesystem::path& path) {
    try {
        return read_file(path);
    } catch (const std::system_error& error) {
        throw SpecError(path, 0, "can't be read: " + error.code().message());
    }
}

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string visible(std::string_view line) {
    const std::size_t last = line.find_last_not_of(" \r");
    const std::size_t trailing = last == std::string_view::npos ? 0 : last + 1;
    std::string shown;
    for (std::size_t at = 0; at < line.size();) {
        const auto byte = static_cast<unsigned char>(line[at]);
        const std::size_t length = utf8_length(line, at);
        if (byte == ' ' && at >= trailing) {
            shown += "·";
        } else if (byte == '\r') {
            shown += "␍";
        } else if (byte == '\t') {
            shown += "→";
        } else if (length == 0 || byte < 0x20 || byte == 0x7F) {
            shown += escaped_byte(byte);
        } else if (const auto character = line.substr(at, length); !hidden(character)) {
            shown += character;
        } else {
            for (const char one : character) {
                shown += escaped_byte(static_cast<unsigned char>(one));
            }
        }
        at += std::max<std::size_t>(length, 1);
    }
    return shown;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos
               ? std::string_view()
               : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string shorten(std::string_view text, std::size_t limit) {
    constexpr std::size_t note = 24;  // about what the note itself takes
    if (text.size() <= limit || text.size() <= note) {
        return std::string(text);
    }
    const auto inside_a_character = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    const std::size_t kept = limit > note ? limit - note : 0;
    std::size_t head = kept - kept / 2;
    std::size_t tail = text.size() - kept / 2;
    while (head > 0 && inside_a_character(head)) {
        --head;
    }
    while (inside_a_character(tail)) {
        ++tail;
    }
    return std::string(text.substr(0, head)) + "… (" + std::to_string(tail - head) +
           " bytes cut) …" + std::string(text.substr(tail));
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return std::nullopt;
}

std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string> candidates) {
    // Words of a spec are short: a long one is no misspelling, and the table would be quadratic.
    if (word.size() > 64) {
        return std::nullopt;
    }
    std::optional<std::string> best;
    std::size_t best_distance = 0;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        const bool near = distance <= std::max<std::size_t>(1, candidate.size() / 3) &&
                          distance < candidate.size();
        if ((near || one_begins_the_other(word, candidate)) &&
            (!best || distance < best_distance)) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
    if (const auto meant = did_you_mean(word, candidates)) {
        return "; did you mean " + in_quotes(*meant) + "?";
    }
    return "; known: " + joined(candidates, ", ");
}

std::string in_quotes(std::string_view text) {
    return '"' + visible(shorten(text, 80)) + '"';
}

std::string joined(std::span<const std::string> words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) {
        text += text.empty() ? "" : between;
        text += word;
    }
    return text;
}

std::string one_of(std::span<const std::string> words) {
    if (words.size() < 2) {
        return joined(words, "");
    }
    return joined(words.first(words.size() - 1), ", ") + " or " + words.back();
}

}  // namespace checker
