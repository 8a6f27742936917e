// Parses expected.txt and proves that matching it needs no search. Three parts: the automata that
// find a line which two patterns could both take; the parser; the checks of a parsed file.
#include "expected.hpp"

#include <algorithm>
#include <bitset>
#include <charconv>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace checker {
namespace {

using Names = std::vector<std::string>;

const Names known_names{"server", "host", "port", "seed", "message", "nonce", "delay"};
const Names kind_names{"int", "number", "hex", "word", "rest"};
const Names directives{"%unordered", "%as_replied", "%per", "%repeat", "%never", "%where", "%end"};
const Names comparisons{"<", "<=", "=", ">=", ">"};  // by Relation::Op

bool of_a_reply(Known which) {
    return which >= Known::message;
}

// Classes of bytes. Blanks are the space and the tab.

using Bytes = std::bitset<256>;

Bytes bytes(std::string_view members) {
    Bytes set;
    for (const char c : members) {
        set.set(static_cast<unsigned char>(c));
    }
    return set;
}

const Bytes digits = bytes("0123456789");
const Bytes hex_digits = digits | bytes("abcdef");
const Bytes lower_or_digit = digits | bytes("abcdefghijklmnopqrstuvwxyz");
const Bytes anything = ~bytes("\n");
const Bytes no_blanks = anything & ~bytes(" \t");

/// What a piece can begin with. A piece that may be empty (${message}, rest) claims everything.
Bytes first_bytes(const Piece& piece) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
        return bytes(literal->substr(0, 1));
    }
    if (const auto* known = std::get_if<Known>(&piece)) {
        switch (*known) {
            case Known::port:
            case Known::seed:
            case Known::delay:
                return digits;
            case Known::nonce:
                return bytes("[");
            case Known::server:
            case Known::host:
                return no_blanks;
            case Known::message:
                return anything;
        }
    }
    switch (std::get<Capture>(piece).kind) {
        case Kind::integer:
        case Kind::number:
            return digits | bytes("-");
        case Kind::hex:
            return hex_digits;
        case Kind::word:
            return no_blanks;
        case Kind::rest:
            break;
    }
    return anything;
}

/// What would lengthen a value of this kind if it stood behind one.
Bytes continuing_bytes(Kind kind) {
    switch (kind) {
        case Kind::integer:
            return digits;
        case Kind::number:
            return digits | bytes(".");
        case Kind::hex:
            return hex_digits | bytes("x");
        case Kind::word:
            return no_blanks;
        case Kind::rest:
            break;
    }
    return anything;
}

// Automata.

/// A nondeterministic automaton for one pattern: states are numbers, 0 the start, the highest one
/// accepts.
class Automaton {
public:
    struct Step {
        Bytes on;  ///< none: the step reads nothing
        int to;
    };

    explicit Automaton(const Pattern& pattern) : steps_(1) {
        for (const Piece& piece : pattern.pieces) {
            append(piece);
        }
    }
    [[nodiscard]] const std::vector<Step>& from(int state) const {
        return steps_[static_cast<std::size_t>(state)];
    }
    [[nodiscard]] bool accepts(int state) const { return state == last(); }

private:
    [[nodiscard]] int last() const { return static_cast<int>(steps_.size()) - 1; }
    void step(int from, const Bytes& on, int to) {
        steps_[static_cast<std::size_t>(from)].push_back({on, to});
    }

    void one(const Bytes& on) {
        steps_.emplace_back();
        step(last() - 1, on, last());
    }
    void maybe(const Bytes& on) {
        one(on);
        step(last() - 1, {}, last());
    }
    void many(const Bytes& on) {
        one({});  // a state of its own, lest the loop leak into what stands before
        step(last(), on, last());
    }
    void some(const Bytes& on) {
        one(on);
        many(on);
    }

    void append(const Piece& piece) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            for (const char c : *literal) {
                one(bytes(std::string_view(&c, 1)));
            }
        } else if (const auto* known = std::get_if<Known>(&piece)) {
            append(*known);
        } else {
            append(std::get<Capture>(piece).kind);
        }
    }

    void append(Known known) {
        if (known == Known::message) {
            many(anything);
        } else if (known == Known::nonce) {
            one(bytes("["));
            some(lower_or_digit);
            one(bytes("]"));
        } else {
            some(first_bytes(known));
        }
    }

    void append(Kind kind) {
        switch (kind) {
            case Kind::integer:
                maybe(bytes("-"));
                some(digits);
                return;
            case Kind::number: {
                maybe(bytes("-"));
                some(digits);
                const int whole = last();
                one(bytes("."));
                some(digits);
                step(whole, {}, last());
                return;
            }
            case Kind::hex: {
                const int start = last();
                one(bytes("0"));
                one(bytes("x"));
                step(start, {}, last());
                some(hex_digits);
                return;
            }
            case Kind::word:
                some(no_blanks);
                return;
            case Kind::rest:
                many(anything);
                return;
        }
    }

    std::vector<std::vector<Step>> steps_;
};

/// What a file's proof may cost, so that none takes more than moments. A comparison of two texts
/// counts as one; a state of two automata, and setting them up, as much as they take longer.
class Effort {
public:
    static constexpr std::size_t comparison = 1;
    static constexpr std::size_t automata = 50;
    static constexpr std::size_t state = 10;

    explicit Effort(std::size_t left) : left_(left) {}
    void spend(std::size_t cost) { left_ -= std::min(cost, left_); }
    [[nodiscard]] bool spent() const { return left_ == 0; }

private:
    std::size_t left_;
};

/// The member of a set that reads best in an example.
char nicest(const Bytes& set) {
    for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyz "
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ-.,:;_/[]")) {
        if (set.test(static_cast<unsigned char>(c))) {
            return c;
        }
    }
    std::size_t byte = 0x21;  // from the printable ones around to the others
    while (!set.test(byte % 256)) {
        ++byte;
    }
    return static_cast<char>(byte % 256);
}

/// Walks two automata in step, breadth first, so that the first meeting is the shortest.
class Product {
public:
    Product(const Pattern& one, const Pattern& other) : one_(one), other_(other) {}

    /// Nothing, too, if the effort is spent before.
    std::optional<std::string> shortest(Effort& effort) {
        effort.spend(Effort::automata);
        waiting_.push_back({{0, 0}, {0, 0}, std::nullopt});
        while (!waiting_.empty() && !effort.spent()) {
            effort.spend(Effort::state);
            const Move move = waiting_.front();
            waiting_.pop_front();
            if (!arrived_by_.try_emplace(key(move.to), move).second) {
                continue;
            }
            if (one_.accepts(move.to.first) && other_.accepts(move.to.second)) {
                return spelled(move.to);
            }
            expand(move.to);
        }
        return std::nullopt;
    }

private:
    using Pair = std::pair<int, int>;
    struct Move {
        Pair to;
        Pair from;
        std::optional<char> by;
    };

    static std::uint64_t key(Pair pair) {
        return static_cast<std::uint64_t>(pair.first) << 32U |
               static_cast<std::uint32_t>(pair.second);
    }

    /// A step that reads nothing goes to the front: it costs nothing.
    void reach(Pair to, Pair from, std::optional<char> by) {
        by ? waiting_.push_back({to, from, by}) : waiting_.push_front({to, from, by});
    }

    void expand(Pair at) {
        for (const auto& step : one_.from(at.first)) {
            if (step.on.none()) {
                reach({step.to, at.second}, at, std::nullopt);
                continue;
            }
            for (const auto& other : other_.from(at.second)) {
                const Bytes both = step.on & other.on;
                if (both.any()) {
                    reach({step.to, other.to}, at, nicest(both));
                }
            }
        }
        for (const auto& other : other_.from(at.second)) {
            if (other.on.none()) {
                reach({at.first, other.to}, at, std::nullopt);
            }
        }
    }

    std::string spelled(Pair at) const {
        std::string line;
        while (at != Pair{0, 0}) {
            const Move& move = arrived_by_.at(key(at));
            if (move.by) {
                line += *move.by;
            }
            at = move.from;
        }
        std::reverse(line.begin(), line.end());
        return line;
    }

    Automaton one_;
    Automaton other_;
    std::deque<Move> waiting_;
    std::unordered_map<std::uint64_t, Move> arrived_by_;
};

std::string_view leading_literal(const Pattern& pattern) {
    const auto* literal =
        pattern.pieces.empty() ? nullptr : std::get_if<std::string>(&pattern.pieces.front());
    return literal != nullptr ? std::string_view(*literal) : std::string_view();
}

/// common_line() as far as the effort goes: when it is spent, nothing is known.
std::optional<std::string> common_line_within(Effort& effort, const Pattern& one,
                                              const Pattern& other) {
    const auto a = leading_literal(one);
    const auto b = leading_literal(other);
    const std::size_t shared = std::min(a.size(), b.size());
    if (a.substr(0, shared) != b.substr(0, shared)) {
        return std::nullopt;  // the usual case, and much the quickest
    }
    return Product(one, other).shortest(effort);
}

// The parser.

bool is_name(std::string_view text) {
    return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c == '_' || lower_or_digit.test(static_cast<unsigned char>(c));
           });
}

/// As a message shows it, whatever bytes stand in it.
std::string placeholder(std::string_view inner) {
    return "${" + visible(shorten(inner, 80)) + "}";
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> found;
    for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != text.npos;) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        found.push_back(text.substr(at, end - at));
        at = end;
    }
    return found;
}

/// Parses one line into a pattern.
class LineParser {
public:
    LineParser(const std::filesystem::path& file, int line, bool in_replies)
        : file_(file), line_(line), in_replies_(in_replies) {}

    /// `text` is the line as it is written, a leading %% included.
    Pattern parse(std::string_view text) {
        Pattern pattern{line_, std::string(text), {}};
        text.remove_prefix(text.starts_with("%%") ? 1 : 0);
        while (!text.empty()) {
            if (text.starts_with("$${")) {
                literal(pattern, "${");
                text.remove_prefix(3);
            } else if (text.starts_with("${")) {
                const std::size_t end = text.find('}');
                if (end == text.npos) {
                    fail("no } closes " + in_quotes(text) + " (a literal ${ is written $${)");
                }
                pattern.pieces.push_back(value(text.substr(2, end - 2)));
                text.remove_prefix(end + 1);
            } else {
                const std::size_t next = std::min(text.find('$', 1), text.size());
                literal(pattern, text.substr(0, next));
                text.remove_prefix(next);
            }
        }
        for (std::size_t i = 0; i < pattern.pieces.size(); ++i) {
            check_end(pattern, i);
        }
        check_message(pattern);
        return pattern;
    }

private:
    [[noreturn]] void fail(const std::string& meaning) const {
        throw SpecError(file_, line_, meaning);
    }

    static void literal(Pattern& pattern, std::string_view text) {
        if (pattern.pieces.empty() || !std::holds_alternative<std::string>(pattern.pieces.back())) {
            pattern.pieces.emplace_back(std::string());
        }
        std::get<std::string>(pattern.pieces.back()) += text;
    }

    Piece value(std::string_view inner) const {
        const std::size_t colon = inner.find(':');
        const std::string_view name = inner.substr(0, colon);
        const auto known = std::find(known_names.begin(), known_names.end(), name);
        if (colon == inner.npos) {
            if (known == known_names.end()) {
                fail_unknown(inner);
            }
            const auto which = static_cast<Known>(known - known_names.begin());
            if (of_a_reply(which) && !in_replies_) {
                fail(placeholder(inner) + " is known only inside %as_replied");
            }
            return which;
        }
        if (known != known_names.end()) {
            fail(placeholder(inner) + ": " + in_quotes(name) +
                 " is a known value and can't be captured; write " + placeholder(name));
        }
        if (!is_name(name)) {
            fail(placeholder(inner) + ": " + in_quotes(name) +
                 " is no name; names are made of a to z, 0 to 9 and _");
        }
        return capture(inner, name, words(inner.substr(colon + 1)));
    }

    [[noreturn]] void fail_unknown(std::string_view inner) const {
        const auto meant = did_you_mean(inner, known_names);
        fail("unknown placeholder " + placeholder(inner) +
             (meant ? "; did you mean " + placeholder(*meant) + "?"
                    : "; a capture names its kind: ${x:int}, ${x:hex}, ${x:word} or ${x:rest}"));
    }

    Capture capture(std::string_view inner, std::string_view name,
                    const std::vector<std::string_view>& attributes) const {
        const std::string_view kind = attributes.empty() ? "" : attributes[0];
        const auto found = std::find(kind_names.begin(), kind_names.end(), kind);
        if (found == kind_names.end()) {
            fail(placeholder(inner) + ": unknown kind " + in_quotes(kind) +
                 suggestion(kind, kind_names));
        }
        const bool distinct = attributes.size() == 2 && attributes[1] == "distinct";
        if (attributes.size() > 1 && !distinct) {
            fail(placeholder(inner) + ": only \"distinct\" can follow the kind");
        }
        return {std::string(name), static_cast<Kind>(found - kind_names.begin()), distinct};
    }

    static std::string shown(const Piece& piece) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            return in_quotes(*literal);
        }
        if (const auto* known = std::get_if<Known>(&piece)) {
            return placeholder(name(*known));
        }
        const auto& capture = std::get<Capture>(piece);
        return placeholder(capture.name + ":" + std::string(name(capture.kind)));
    }

    /// The end of each value must be plain from what it is made of, so that nothing is ever tried
    /// twice.
    void check_end(const Pattern& pattern, std::size_t i) const {
        const Piece& piece = pattern.pieces[i];
        if (i + 1 == pattern.pieces.size() || std::holds_alternative<std::string>(piece)) {
            return;
        }
        const Piece& next = pattern.pieces[i + 1];
        Bytes continuing;  // a run's own values are fixed text: their end is always plain
        if (const auto* capture = std::get_if<Capture>(&piece)) {
            if (capture->kind == Kind::rest) {
                fail(shown(piece) + " takes all the rest: it must stand last on the line");
            }
            continuing = continuing_bytes(capture->kind);
        } else if (std::get<Known>(piece) == Known::delay) {
            continuing = digits;
        } else if (std::get<Known>(piece) == Known::message &&
                   !std::holds_alternative<std::string>(next) && next != Piece(Known::nonce)) {
            continuing = anything;
        }
        if ((continuing & first_bytes(next)).any()) {
            fail("where does " + shown(piece) + " end? " + shown(next) +
                 " right behind it may begin with what could belong to it; put a blank or another "
                 "character between them");
        }
    }

    /// A message may hold anything, also what the line says behind it. Two replies could then both
    /// fit a line, with other values behind the message; the nonce tells them apart.
    void check_message(const Pattern& pattern) const {
        const auto holds = [&](Known which) {
            return std::find(pattern.pieces.begin(), pattern.pieces.end(), Piece(which)) !=
                   pattern.pieces.end();
        };
        if (holds(Known::nonce)) {
            return;
        }
        for (std::size_t i = 0; i < pattern.pieces.size(); ++i) {
            if (pattern.pieces[i] == Piece(Known::message) && may_end_twice(pattern, i + 1)) {
                fail(
                    "where does ${message} end? What stands behind it could be a part of it; the "
                    "line must also hold ${nonce}");
            }
        }
    }

    /// Whether a line that fits the pieces from `from` on can end in another that does, while a
    /// value is among them.
    static bool may_end_twice(const Pattern& pattern, std::size_t from) {
        const auto begin = pattern.pieces.begin() + static_cast<std::ptrdiff_t>(from);
        const Pattern behind{0, "", {begin, pattern.pieces.end()}};
        if (std::none_of(begin, pattern.pieces.end(), [](const Piece& piece) {
                return std::holds_alternative<Capture>(piece) || piece == Piece(Known::delay);
            })) {
            return false;
        }
        // One byte or more before it: a blank or a byte that is none, then anything.
        for (const Piece& first : {Piece(" "), Piece("\t"), Piece(Known::host)}) {
            Pattern later{0, "", {first, Known::message}};
            later.pieces.insert(later.pieces.end(), begin, pattern.pieces.end());
            Effort effort(100'000);
            if (common_line_within(effort, behind, later) || effort.spent()) {
                return true;
            }
        }
        return false;
    }

    const std::filesystem::path& file_;
    int line_;
    bool in_replies_;
};

std::optional<double> number_in(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool plain = !text.empty() && (digits.test(static_cast<unsigned char>(text.back())));
    return plain && error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                             : std::nullopt;
}

std::string_view name_of(Block::Is is) {
    return directives[static_cast<std::size_t>(is)];
}

/// Which blocks may stand in which. One level: what stands in a block holds lines only.
bool may_hold(Block::Is outer, Block::Is inner) {
    if (inner == Block::Is::as_replied) {
        return false;  // its rounds are counted over the whole output
    }
    return outer != Block::Is::unordered && !(outer == Block::Is::per && inner == Block::Is::per);
}

/// Parses the lines into a tree. Whether the tree makes sense is Checks' business.
class FileParser {
public:
    FileParser(std::string_view text, const std::filesystem::path& file)
        : lines_(split_lines(text)) {
        result_.file = file;
        result_.end_line = static_cast<int>(lines_.size()) + 1;
    }

    Expected parse() {
        if (lines_.empty()) {
            throw SpecError(result_.file, 1,
                            "the file is empty; if no output is right, say which would be wrong: "
                            "%never ${any:rest}");
        }
        result_.body = sequence();
        return std::move(result_);
    }

private:
    [[noreturn]] void fail(const std::string& meaning) const {
        throw SpecError(result_.file, number(), meaning);
    }
    /// The line being read, counted from 1.
    [[nodiscard]] int number() const { return static_cast<int>(next_); }

    /// Items up to the %end of the innermost open block, or to the end of the file.
    std::vector<Item> sequence() {
        std::vector<Item> items;
        while (next_ < lines_.size()) {
            const std::string_view line = lines_[next_++];
            if (!line.starts_with('%') || line.starts_with("%%")) {
                items.push_back({pattern(line)});
            } else if (line == "%end") {
                if (open_.empty()) {
                    fail("%end, but no block is open");
                }
                return items;
            } else {
                directive(line, items);
            }
        }
        if (!open_.empty()) {
            throw SpecError(result_.file, open_.back().line,
                            std::string(name_of(open_.back().is)) + " has no %end");
        }
        return items;
    }

    [[nodiscard]] bool in_replies() const {
        return !open_.empty() && open_.front().is == Block::Is::as_replied;
    }
    [[nodiscard]] Pattern pattern(std::string_view line) const {
        return LineParser(result_.file, number(), in_replies()).parse(line);
    }

    void directive(std::string_view line, std::vector<Item>& items) {
        const auto parts = words(line);
        const std::string word(parts[0]);
        const std::vector<std::string_view> arguments(parts.begin() + 1, parts.end());
        if (word == "%never") {
            never(line);
        } else if (word == "%where") {
            where(parts, items);
        } else if (word == "%end") {
            fail("nothing can follow %end, here " + in_quotes(line.substr(4)));
        } else {
            items.push_back({block(word, arguments)});
        }
    }

    void never(std::string_view line) {
        const std::string_view given = line.substr(std::min<std::size_t>(7, line.size()));
        if (given.empty()) {
            fail("%never needs the line that is never right: %never LINE");
        }
        if (given.starts_with('%') && !given.starts_with("%%")) {
            fail("a line that begins with % is written %%, after %never too");
        }
        result_.never.push_back({pattern(given), in_replies()});
    }

    void where(const std::vector<std::string_view>& parts, std::vector<Item>& items) {
        if (items.empty() || !std::holds_alternative<Pattern>(items.back().is)) {
            fail("%where speaks of the line before it, and there is none");
        }
        if (!open_.empty() && open_.back().is == Block::Is::unordered) {
            fail("%where can't stand inside %unordered");
        }
        Relation relation{number(), joined(Names(parts.begin() + 1, parts.end()), " "), {}, {}, {}};
        const auto is_comparison = [](std::string_view word) {
            return std::ranges::find(comparisons, word) != comparisons.end();
        };
        const auto op = std::ranges::find_if(parts, is_comparison);
        if (op == parts.end()) {
            fail_where();
        }
        relation.op =
            static_cast<Relation::Op>(std::ranges::find(comparisons, *op) - comparisons.begin());
        relation.left = term({parts.begin() + 1, op});
        relation.right = term({op + 1, parts.end()});
        std::get<Pattern>(items.back().is).where.push_back(std::move(relation));
    }

    [[noreturn]] void fail_where() const {
        fail("must read %where TERM OP TERM, with blanks between; OP is " + one_of(comparisons) +
             ", TERM a number, NAME, NAME + NUMBER, NAME - NUMBER or NUMBER * NAME");
    }

    [[nodiscard]] Term term(const std::vector<std::string_view>& words) const {
        const auto name = [&](std::string_view word) {
            if (!is_name(word)) {
                fail_where();
            }
            return std::string(word);
        };
        if (words.size() == 1) {
            const auto alone = number_in(words[0]);
            return alone ? Term{"", 1, *alone} : Term{name(words[0]), 1, 0};
        }
        const bool times = words.size() == 3 && words[1] == "*";
        const bool plus = words.size() == 3 && (words[1] == "+" || words[1] == "-");
        const auto count = times ? number_in(words[0]) : plus ? number_in(words[2]) : std::nullopt;
        if (!count) {
            fail_where();
        }
        return times ? Term{name(words[2]), *count, 0}
                     : Term{name(words[0]), 1, words[1] == "-" ? -*count : *count};
    }

    Block block(const std::string& word, const std::vector<std::string_view>& arguments) {
        const auto found = std::find(directives.begin(), directives.end(), word);
        if (found == directives.end()) {
            fail("unknown directive " + in_quotes(word) + suggestion(word, directives) +
                 " (a line that begins with % is written %%)");
        }
        Block made = header(static_cast<Block::Is>(found - directives.begin()), arguments);
        if (open_.size() == 2) {
            fail(word + " inside " + std::string(name_of(open_.back().is)) + " inside " +
                 std::string(name_of(open_.front().is)) + ": blocks nest one level");
        }
        if (!open_.empty() && !may_hold(open_.back().is, made.is)) {
            fail(word + " can't stand inside " + std::string(name_of(open_.back().is)) +
                 (made.is == Block::Is::as_replied ? ": only at the top level" : ""));
        }
        open_.push_back({made.is, made.line});
        made.body = sequence();
        open_.pop_back();
        if (made.body.empty()) {
            throw SpecError(result_.file, made.line, word + " holds no line");
        }
        return made;
    }

    /// The directive's own line.
    Block header(Block::Is is, const std::vector<std::string_view>& arguments) const {
        Block made;
        made.is = is;
        made.line = number();
        const std::size_t given = arguments.size();
        if (is == Block::Is::unordered) {
            need(given <= 1, "%unordered [N]");
            made.least = made.most = given == 1 ? count(arguments[0], 1, "%unordered [N]") : 1;
        } else if (is == Block::Is::as_replied) {
            need(given == 0, "%as_replied");
        } else if (is == Block::Is::per) {
            need(given == 2 && is_name(arguments[0]), "%per KEY N");
            made.key = arguments[0];
            made.least = made.most = count(arguments[1], 1, "%per KEY N");
        } else {
            need(given == 2, "%repeat LEAST MOST");
            made.least = count(arguments[0], 0, "%repeat LEAST MOST");
            made.most = count(arguments[1], 1, "%repeat LEAST MOST");
            if (made.least > made.most) {
                fail("%repeat: LEAST is greater than MOST");
            }
        }
        return made;
    }

    void need(bool well_formed, const std::string& form) const {
        if (!well_formed) {
            fail("must read " + form);
        }
    }

    [[nodiscard]] std::int64_t count(std::string_view text, std::int64_t least,
                                     const std::string& form) const {
        constexpr std::int64_t most = 1'000'000'000;
        std::int64_t number = -1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size() || number < least ||
            number > most) {
            fail("must read " + form + "; " + in_quotes(text) + " is no number from " +
                 std::to_string(least) + " to " + std::to_string(most));
        }
        return number;
    }

    struct Open {
        Block::Is is;
        int line;
    };

    std::vector<std::string_view> lines_;
    std::size_t next_ = 0;
    std::vector<Open> open_;
    Expected result_;
};

// The checks of a parsed file.

/// Every pattern below `item`, below `items`.
void collect(const Item& item, std::vector<const Pattern*>& found) {
    if (const auto* pattern = std::get_if<Pattern>(&item.is)) {
        found.push_back(pattern);
        return;
    }
    for (const Item& inner : std::get<Block>(item.is).body) {
        collect(inner, found);
    }
}

void collect(const std::vector<Item>& items, std::vector<const Pattern*>& found) {
    for (const Item& item : items) {
        collect(item, found);
    }
}

/// What a sequence can begin with, and whether it can be empty.
struct Beginning {
    std::vector<const Pattern*> lines;
    bool can_be_empty = true;
};

Beginning beginning(const std::vector<Item>& items, std::size_t from = 0) {
    Beginning made;
    for (std::size_t i = from; i < items.size() && made.can_be_empty; ++i) {
        if (const auto* pattern = std::get_if<Pattern>(&items[i].is)) {
            made.lines.push_back(pattern);
            made.can_be_empty = false;
            continue;
        }
        const auto& block = std::get<Block>(items[i].is);
        if (block.is == Block::Is::unordered) {
            collect(block.body, made.lines);
            made.can_be_empty = false;
        } else {
            const Beginning inner = beginning(block.body);
            made.lines.insert(made.lines.end(), inner.lines.begin(), inner.lines.end());
            made.can_be_empty = block.is == Block::Is::as_replied ||
                                (block.is == Block::Is::repeat && block.least == 0);
        }
    }
    return made;
}

/// Refuses what has no meaning or two.
class Checks {
public:
    explicit Checks(const std::filesystem::path& file) : file_(file) {}

    void run(const Expected& expected) {
        Scope scope;
        names(expected.body, scope, nullptr);
        ambiguity(expected.body, {});
    }

private:
    struct Named {
        Kind kind;
        int line;
    };
    using Scope = std::map<std::string, Named>;
    using Lines = std::vector<const Pattern*>;

    [[noreturn]] void fail(int line, const std::string& meaning) const {
        throw SpecError(file_, line, meaning);
    }

    /// common_line(); refuses the file when that takes too much.
    std::optional<std::string> common(const Pattern& one, const Pattern& other) {
        auto found = common_line_within(effort_, one, other);
        spend(other);
        return found;
    }
    /// For one more comparison with `pattern`.
    void spend(const Pattern& pattern) {
        effort_.spend(Effort::comparison);
        if (effort_.spent()) {
            fail(pattern.line,
                 "too many or too long lines to tell apart; let them begin with different literal "
                 "text, or write smaller blocks");
        }
    }

    // Names: one kind each, distinct only where it means something, %per's KEY everywhere.

    void names(const std::vector<Item>& items, Scope& scope, const Block* within) {
        for (const Item& item : items) {
            if (const auto* pattern = std::get_if<Pattern>(&item.is)) {
                if (within != nullptr && within->is == Block::Is::unordered) {
                    Scope of_the_line = scope;
                    names(*pattern, of_the_line, within);
                } else {
                    names(*pattern, scope, within);
                }
                continue;
            }
            const auto& block = std::get<Block>(item.is);
            Scope inner = scope;
            if (block.is == Block::Is::per) {
                check_key(block, scope);
            }
            names(block.body, inner, &block);
        }
    }

    void names(const Pattern& pattern, Scope& scope, const Block* within) const {
        for (const Piece& piece : pattern.pieces) {
            const auto* capture = std::get_if<Capture>(&piece);
            if (capture == nullptr) {
                continue;
            }
            const std::string shown = placeholder(capture->name);
            const auto [known, fresh] =
                scope.try_emplace(capture->name, Named{capture->kind, pattern.line});
            if (!fresh && known->second.kind != capture->kind) {
                fail(pattern.line, shown + " is " + std::string(name(known->second.kind)) +
                                       " in line " + std::to_string(known->second.line) + " and " +
                                       std::string(name(capture->kind)) + " here");
            }
            if (capture->distinct && within == nullptr) {
                fail(pattern.line, shown + ": distinct has a meaning only inside a block");
            }
            if (capture->distinct && !fresh) {
                fail(pattern.line, shown + " has its value from line " +
                                       std::to_string(known->second.line) +
                                       " and can't be distinct here");
            }
        }
        check_where(pattern, scope);
    }

    void check_where(const Pattern& pattern, const Scope& scope) const {
        for (const Relation& relation : pattern.where) {
            for (const Term& term : {relation.left, relation.right}) {
                const auto known = scope.find(term.name);
                if (term.name.empty()) {
                    continue;
                }
                if (known == scope.end()) {
                    fail(relation.line,
                         "%where: no line up to here has " + placeholder(term.name + ":KIND"));
                }
                if (known->second.kind == Kind::word || known->second.kind == Kind::rest) {
                    fail(relation.line, "%where compares numbers, and " + placeholder(term.name) +
                                            " is " + std::string(name(known->second.kind)));
                }
            }
        }
    }

    void check_key(const Block& block, const Scope& outer) {
        if (const auto taken = outer.find(block.key); taken != outer.end()) {
            fail(block.line, "%per: " + placeholder(block.key) + " has its value from line " +
                                 std::to_string(taken->second.line) + "; choose another name");
        }
        if (!std::holds_alternative<Pattern>(block.body.front().is)) {
            fail(block.line, "%per must begin with a line, not with a block");
        }
        Lines lines;
        collect(block.body, lines);
        for (const Pattern* pattern : lines) {
            const Capture* key = key_of(*pattern, block.key);
            if (key == nullptr) {
                fail(pattern->line, "every line inside %per " + shorten(block.key, 80) +
                                        " must hold " + placeholder(block.key + ":KIND") +
                                        "; this one doesn't");
            }
            if (key->distinct) {
                fail(pattern->line, placeholder(block.key) +
                                        " is the key of its %per: drop the word distinct, its "
                                        "values differ anyway");
            }
        }
        for (std::size_t i = 0; i < lines.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                check_same_key(*lines[j], *lines[i], block.key);
            }
        }
    }

    static const Capture* key_of(const Pattern& pattern, const std::string& key) {
        for (const Piece& piece : pattern.pieces) {
            const auto* capture = std::get_if<Capture>(&piece);
            if (capture != nullptr && capture->name == key) {
                return capture;
            }
        }
        return nullptr;
    }

    /// Two lines of a %per may look alike only if they find the same key in the same line: if they
    /// are written alike up to the key.
    void check_same_key(const Pattern& one, const Pattern& other, const std::string& key) {
        spend(other);
        for (std::size_t i = 0; i < std::min(one.pieces.size(), other.pieces.size()); ++i) {
            const auto* capture = std::get_if<Capture>(&one.pieces[i]);
            if (one.pieces[i] != other.pieces[i]) {
                break;
            }
            if (capture != nullptr && capture->name == key) {
                return;
            }
        }
        if (const auto both = common(one, other)) {
            fail(other.line, "ambiguous: lines " + std::to_string(one.line) + " and " +
                                 std::to_string(other.line) + " could both take " +
                                 in_quotes(*both) + " but find " + placeholder(key) +
                                 " in different places; write them alike up to the key");
        }
    }

    // Ambiguity: wherever the matcher has a choice, no line may fit two ways. The choice is between
    // the lines of an %unordered, and between going on and leaving where a block may end early.

    /// `after`: what may come behind `items`.
    void ambiguity(const std::vector<Item>& items, const Lines& after) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto* block = std::get_if<Block>(&items[i].is);
            if (block == nullptr) {
                continue;
            }
            Beginning next = beginning(items, i + 1);
            if (next.can_be_empty) {
                next.lines.insert(next.lines.end(), after.begin(), after.end());
            }
            ambiguity(*block, next.lines);
        }
    }

    void ambiguity(const Block& block, const Lines& after) {
        if (block.is == Block::Is::unordered) {
            check_unordered(block);
            return;
        }
        const Beginning begin = beginning(block.body);
        if (begin.can_be_empty) {
            fail(block.line, std::string(name_of(block.is)) +
                                 " may take no line at all; it needs one that always comes");
        }
        if (block.is == Block::Is::as_replied) {
            check_identity(block);
        }
        if (block.is == Block::Is::repeat && block.least < block.most) {
            check_end(block, begin.lines, after);
        }
        Lines behind_the_body = after;
        if (block.is != Block::Is::per) {  // the next turn, the next round
            behind_the_body.insert(behind_the_body.end(), begin.lines.begin(), begin.lines.end());
        }
        ambiguity(block.body, behind_the_body);
    }

    void check_unordered(const Block& block) {
        Lines lines;
        collect(block.body, lines);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                spend(*lines[i]);
                if (lines[i]->pieces == lines[j]->pieces) {
                    continue;  // the same line twice: two copies of it
                }
                if (const auto both = common(*lines[j], *lines[i])) {
                    fail(lines[i]->line, "ambiguous: lines " + std::to_string(lines[j]->line) +
                                             " and " + std::to_string(lines[i]->line) +
                                             " of one %unordered could both take " +
                                             in_quotes(*both) + "; make them differ");
                }
            }
        }
    }

    /// Which reply a round belongs to must be plain from the lines that every round has: a value
    /// that only some rounds show would tell too late.
    void check_identity(const Block& round) const {
        std::set<Known> always;
        std::vector<std::pair<Known, int>> sometimes;
        for (const Item& item : round.body) {
            const auto* block = std::get_if<Block>(&item.is);
            const bool may_lack =
                block != nullptr && block->is == Block::Is::repeat && block->least == 0;
            Lines lines;
            collect(item, lines);
            for (const Pattern* pattern : lines) {
                for (const Piece& piece : pattern->pieces) {
                    const auto* known = std::get_if<Known>(&piece);
                    if (known != nullptr && of_a_reply(*known)) {
                        if (may_lack) {
                            sometimes.emplace_back(*known, pattern->line);
                        } else {
                            always.insert(*known);
                        }
                    }
                }
            }
        }
        for (const auto& [known, line] : sometimes) {
            if (!always.contains(known) && !always.contains(Known::nonce)) {
                fail(line, placeholder(name(known)) +
                               " in a line that may not come; a line that always comes must hold "
                               "it too, or ${nonce}, to tell which reply the round belongs to");
            }
        }
    }

    void check_end(const Block& block, const Lines& begin, const Lines& after) {
        for (const Pattern* first : begin) {
            for (const Pattern* next : after) {
                if (const auto both = common(*first, *next)) {
                    fail(next->line,
                         "ambiguous: when the %repeat of line " + std::to_string(block.line) +
                             " may end, its line " + std::to_string(first->line) + " and line " +
                             std::to_string(next->line) + " could both take " + in_quotes(*both) +
                             "; make them differ, or repeat an exact number of times");
                }
            }
        }
    }

    static constexpr std::size_t most_effort = 2'000'000;
    const std::filesystem::path& file_;
    Effort effort_{most_effort};
};

/// Marks %per's keys as distinct, which is what they are: a new value opens a new strand.
void mark_keys(std::vector<Item>& items, const std::string& key) {
    for (Item& item : items) {
        if (auto* block = std::get_if<Block>(&item.is)) {
            mark_keys(block->body, block->is == Block::Is::per ? block->key : key);
            continue;
        }
        for (Piece& piece : std::get<Pattern>(item.is).pieces) {
            auto* capture = std::get_if<Capture>(&piece);
            if (capture != nullptr && capture->name == key) {
                capture->distinct = true;
            }
        }
    }
}

}  // namespace

std::string_view name(Known which) {
    return known_names.at(static_cast<std::size_t>(which));
}
std::string_view name(Kind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}

namespace {

/// What a capture's text stands for: an int, a number, or a hex with 0x in front.
double value_of(std::string_view text) {
    if (!text.starts_with("0x")) {
        return number_in(text).value_or(0);
    }
    std::uint64_t address = 0;
    std::from_chars(text.data() + 2, text.data() + text.size(), address, 16);
    return static_cast<double>(address);
}

}  // namespace

bool holds(const Relation& relation,
           const std::function<std::optional<std::string_view>(const std::string&)>& value) {
    const auto of = [&](const Term& term) -> std::optional<double> {
        if (term.name.empty()) {
            return term.summand;
        }
        const auto text = value(term.name);
        return text ? std::optional(term.factor * value_of(*text) + term.summand) : std::nullopt;
    };
    const auto left = of(relation.left);
    const auto right = of(relation.right);
    if (!left || !right) {
        return true;
    }
    switch (relation.op) {
        case Relation::Op::less:
            return *left < *right;
        case Relation::Op::at_most:
            return *left <= *right;
        case Relation::Op::equal:
            return *left == *right;
        case Relation::Op::at_least:
            return *left >= *right;
        case Relation::Op::greater:
            break;
    }
    return *left > *right;
}

std::optional<std::string> common_line(const Pattern& one, const Pattern& other) {
    Effort any(std::numeric_limits<std::size_t>::max());
    return common_line_within(any, one, other);
}

Expected parse_expected(std::string_view text, const std::filesystem::path& file) {
    Expected expected = FileParser(text, file).parse();
    Checks(file).run(expected);
    mark_keys(expected.body, "");
    return expected;
}

Expected read_expected(const std::filesystem::path& file) {
    return parse_expected(read_spec_file(file), file);
}

}  // namespace checker
