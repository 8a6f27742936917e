// Lines of a JSON text, by listening to nlohmann's parser while it walks over a counted text.
#include "json_positions.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "text.hpp"

namespace checker {
namespace {

/// How far the parser has read. It reads at most one byte beyond a token (the one that ends a
/// number), so the line of the last byte read is the line of the token: a newline still belongs to
/// the line that it ends.
class Progress {
public:
    explicit Progress(std::string_view text) : text_(text) {}

    char at(std::size_t offset) {
        const std::size_t end = std::min(offset, text_.size());
        for (; counted_ < end; ++counted_) {
            line_ += text_[counted_] == '\n' ? 1 : 0;
        }
        return text_[offset];
    }
    [[nodiscard]] int line() const { return line_; }

private:
    std::string_view text_;
    std::size_t counted_ = 0;
    int line_ = 1;
};

/// What the parser reads through. Copies share one Progress, since the parser keeps a copy.
class CountedIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    CountedIterator(Progress* progress, std::size_t offset)
        : progress_(progress), offset_(offset) {}
    char operator*() const { return progress_->at(offset_); }
    CountedIterator& operator++() {
        ++offset_;
        return *this;
    }
    CountedIterator operator++(int) {
        CountedIterator before = *this;
        ++offset_;
        return before;
    }
    bool operator==(const CountedIterator& other) const { return offset_ == other.offset_; }

private:
    Progress* progress_;
    std::size_t offset_;
};

/// Hears the parser's events and notes where each value and key stands.
class Listener : public nlohmann::json_sax<nlohmann::json> {
public:
    Listener(const Progress& progress, const std::filesystem::path& file)
        : progress_(progress), file_(file) {}

    bool null() override { return scalar(); }
    bool boolean(bool) override { return scalar(); }
    bool number_integer(number_integer_t) override { return scalar(); }
    bool number_unsigned(number_unsigned_t) override { return scalar(); }
    bool number_float(number_float_t, const string_t&) override { return scalar(); }
    bool string(string_t&) override { return scalar(); }
    bool binary(binary_t&) override { return scalar(); }
    bool start_object(std::size_t) override { return open(false); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(true); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        const std::string pointer = child_pointer(open_.back().pointer, name);
        const auto [place, fresh] = positions.try_emplace(pointer);
        if (!fresh) {
            throw SpecError(file_, progress_.line(),
                            in_quotes(name) + " is given twice, first in line " +
                                std::to_string(place->second.key) + "; keep one of them");
        }
        place->second.key = progress_.line();
        next_ = pointer;
        return true;
    }

    bool parse_error(std::size_t, const std::string&,
                     const nlohmann::json::exception& error) override {
        // What it read last is in there: of any length, and cut within a character.
        throw SpecError(file_, progress_.line(),
                        "not JSON: " + visible(shorten(without_prefix(error.what()), 300)));
    }

    JsonPositions positions;

private:
    struct Open {
        std::string pointer;
        bool array;
        std::size_t elements = 0;
    };

    /// Drops what the line number says already: "[json…] parse error at line 1, column 2: ".
    static std::string without_prefix(const std::string& what) {
        const std::size_t column = what.find(", column ");
        const std::size_t colon = what.find(": ", column == std::string::npos ? 0 : column);
        return colon == std::string::npos ? what : what.substr(colon + 2);
    }

    /// Notes the value that begins here and returns its pointer.
    std::string begin() {
        if (!open_.empty() && open_.back().array) {
            next_ = child_pointer(open_.back().pointer, std::to_string(open_.back().elements++));
        }
        JsonPosition& position = positions[next_];
        position.value = progress_.line();
        position.key = position.key == 0 ? position.value : position.key;
        return next_;
    }
    bool scalar() {
        begin();
        return true;
    }
    bool open(bool array) {
        constexpr std::size_t deepest = 32;
        if (open_.size() == deepest) {
            throw SpecError(file_, progress_.line(), "nested more than 32 deep");
        }
        open_.push_back(Open{begin(), array});
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    const Progress& progress_;
    const std::filesystem::path& file_;
    std::vector<Open> open_;
    std::string next_;
};

}  // namespace

std::string child_pointer(std::string_view pointer, std::string_view name) {
    std::string child(pointer);
    child += '/';
    for (const char c : name) {
        child += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return child;
}

JsonPositions json_positions(std::string_view text, const std::filesystem::path& file) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        throw SpecError(file, 1,
                        "the file is empty; a spec is a JSON object, at least a \"title\"");
    }
    Progress progress(text);
    // nlohmann takes a NUL for the end of the text: what follows it would go unread.
    const std::size_t bad =
        std::min(first_invalid_utf8(text).value_or(text.size()), text.find('\0'));
    if (bad < text.size()) {
        (void)progress.at(bad);
        throw SpecError(file, progress.line(),
                        "not text: it holds the byte " + visible(text.substr(bad, 1)));
    }
    Listener listener(progress, file);
    nlohmann::json::sax_parse(CountedIterator(&progress, 0),
                              CountedIterator(&progress, text.size()), &listener);
    return std::move(listener.positions);
}

}  // namespace checker
