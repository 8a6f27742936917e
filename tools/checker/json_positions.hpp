// Where things stand in a JSON text. nlohmann_json reports lines for syntax errors only; the reader
// of check.json must name the line of a wrong key or value too.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace checker {

/// Lines, counted from 1.
struct JsonPosition {
    int key = 0;    ///< line of the member's key; the value's line where there is no key
    int value = 0;  ///< line on which the value starts
};

/// From JSON pointer (RFC 6901: "" is the whole text, "/must/in_flight" a member) to its place.
using JsonPositions = std::map<std::string, JsonPosition>;

/// Throws SpecError, with the line, for anything that isn't JSON in UTF-8: an empty text, bytes
/// that aren't UTF-8, a syntax error; also for a key given twice and for nesting deeper than 32.
[[nodiscard]] JsonPositions json_positions(std::string_view text,
                                           const std::filesystem::path& file);

/// `pointer` extended by one member name or index, escaped.
[[nodiscard]] std::string child_pointer(std::string_view pointer, std::string_view name);

}  // namespace checker
