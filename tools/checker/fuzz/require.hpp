// What the fuzz targets share: a condition that must hold, and what a refusal must look like.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "text.hpp"

namespace checker_fuzz {

/// Ends the process, which the fuzzer takes for a find, with `what` on stderr.
inline void require(bool condition, std::string_view what) {
    if (!condition) {
        std::cerr << "doesn't hold: " << what << std::endl;
        std::abort();
    }
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// A refusal blames a line that there is (or the one behind the last), by the file's name, and says
/// so in one line that a terminal can show.
inline void require_refusal(const checker::SpecError& error, std::string_view text,
                            std::string_view file) {
    const std::string_view told = error.what();
    require(error.file() == file && told.starts_with(file), "a refusal names the file");
    require(error.line() >= 1 && error.line() <= 1 + std::count(text.begin(), text.end(), '\n') + 1,
            "a refusal names a line of the file");
    require(!checker::first_invalid_utf8(told), "a refusal is UTF-8");
    require(std::none_of(told.begin(), told.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }),
            "a refusal holds no control characters");
    require(told.size() < 2000, "a refusal is short");
}

}  // namespace checker_fuzz
