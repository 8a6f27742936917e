// Compares a program's output with its expected.txt, line by line, in one pass and without search:
// parse_expected() has proved that at most one pattern can take a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expected.hpp"

namespace checker {

/// A reply that the server sent in full. The body is `message`, a blank, `nonce`.
struct RepliedWith {
    std::string message;  ///< the text before the blank and the nonce, padding included
    std::string nonce;    ///< brackets included: "[k7f2]"
    std::int64_t delay_ms = 0;
};

/// What a run knows and a pattern may name.
struct Facts {
    std::map<std::string, std::string> values;  ///< server, host, port, seed
    std::vector<RepliedWith> replies;           ///< in the order of their last bytes
    bool replies_in_order = true;  ///< %as_replied's rounds come in that order (`serial`)
};

/// The first line that isn't what it should be.
struct Mismatch {
    int output_line = 0;    ///< from 1; one more than there are, if output is missing
    int expected_line = 0;  ///< of wanted.front() in expected.txt
    /// What could come here, the closest to what came first, with the values filled in that are
    /// known by now. "(end of output)" where nothing could or needn't. At most 8, then "(N more)".
    std::vector<std::string> wanted;
    std::string got;  ///< the line as it came, or "(end of output)"
    /// Bytes of `got` before the first difference from wanted.front().
    std::size_t column = 0;
    std::string why;                   ///< a sentence for what the eye would miss, or empty
    bool misplaced = false;            ///< it tells of a reply, at the wrong place
    bool unrelated = false;            ///< it fits but for a %where
    std::optional<std::string> never;  ///< the %never line that `got` fits, as written
};

/// Nothing if `output` is what `expected` says. Pure: any thread. Throws std::invalid_argument if
/// `facts` lacks a value that `expected` names.
[[nodiscard]] std::optional<Mismatch> match(const Expected& expected, std::string_view output,
                                            const Facts& facts);

}  // namespace checker
