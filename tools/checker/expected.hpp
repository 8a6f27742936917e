// The language of expected.txt: what a file in it means and what is wrong with one. Comparing an
// output with it is matcher.hpp's business.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text.hpp"

namespace checker {

/// Values that a run supplies. The last three belong to a reply: only inside %as_replied.
enum class Known { server, host, port, seed, message, nonce, delay };

enum class Kind { integer, number, hex, word, rest };  ///< int, number, hex … in the file

/// ${name:kind}, ${name:kind distinct}
struct Capture {
    std::string name;
    Kind kind = Kind::word;
    bool distinct = false;
    bool operator==(const Capture&) const = default;
};

/// A stretch of a line: literal text, a known value, a capture.
using Piece = std::variant<std::string, Known, Capture>;

/// One side of a %where: factor * the capture's value + summand; without a name the summand alone.
struct Term {
    std::string name;
    double factor = 1;
    double summand = 0;
    bool operator==(const Term&) const = default;
};

/// %where LEFT OP RIGHT
struct Relation {
    enum class Op { less, at_most, equal, at_least, greater };
    int line = 0;
    std::string source;  ///< "before < after"
    Term left;
    Op op = Op::equal;
    Term right;
    bool operator==(const Relation&) const = default;
};

/// Whether the relation holds. `value` gives the text of a capture; where it knows one of them not,
/// as when a line is looked at outside of its scope, nothing speaks against the relation.
[[nodiscard]] bool holds(
    const Relation& relation,
    const std::function<std::optional<std::string_view>(const std::string&)>& value);

/// What one line of output must look like, from its first byte to its last.
struct Pattern {
    int line = 0;        ///< its line in expected.txt
    std::string source;  ///< as written there
    std::vector<Piece> pieces;
    std::vector<Relation> where = {};  ///< what must hold between the values known by then
};

struct Item;

/// A block and its %end.
struct Block {
    enum class Is { unordered, as_replied, per, repeat };
    Is is = Is::unordered;
    int line = 0;            ///< of its directive
    std::int64_t least = 1;  ///< turns; %unordered: copies of the body; %per: values
    std::int64_t most = 1;   ///< as `least` but for %repeat
    std::string key;         ///< %per's KEY
    std::vector<Item> body;  ///< never empty
};

/// What can stand in a sequence.
struct Item {
    std::variant<Pattern, Block> is;
};

/// %never: a line that is never right, named for the sake of its message.
struct Never {
    Pattern pattern;
    bool in_replies = false;  ///< stands inside %as_replied: may hold a reply's values
};

/// A whole expected.txt, proved unambiguous.
struct Expected {
    std::filesystem::path file;
    std::vector<Item> body;
    std::vector<Never> never;
    int end_line = 0;  ///< the line after the last one
};

/// Throws SpecError for whatever is wrong, with the line of `file`, which is not opened.
[[nodiscard]] Expected parse_expected(std::string_view text, const std::filesystem::path& file);

/// parse_expected() of a file. Throws SpecError.
[[nodiscard]] Expected read_expected(const std::filesystem::path& file);

[[nodiscard]] std::string_view name(Known which);  ///< "server"
[[nodiscard]] std::string_view name(Kind kind);    ///< "int"

/// A line that both patterns could take, whatever the known values are; nothing if there is none.
/// The shortest such line. "Could" errs on the safe side: known values stand for every value of
/// their shape, and captures of one name needn't agree.
[[nodiscard]] std::optional<std::string> common_line(const Pattern& one, const Pattern& other);

}  // namespace checker
