// Programs built for another system or processor, and what runs them here: qemu-user, Wine.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "spec.hpp"

namespace checker {

/// How the CMake target is named: "ch03-c" and "-windows".
[[nodiscard]] std::string target_suffix(Platform platform);

/// How its file ends, which CMake wants to be another name than the target's: "", ".elf", ".exe".
[[nodiscard]] std::string file_suffix(Platform platform);

/// "needs wine, which is not installed", of the compiler or the emulator; empty if both are there.
/// Throws what run_command() throws.
[[nodiscard]] std::string why_no_platform(Platform platform);

/// What runs a program of that platform.
struct Emulation {
    std::vector<std::string> before;  ///< words before the program's own
    std::map<std::string, std::string> environment;
};

/// Makes what it needs below `folder`, which takes seconds for Wine's first program; processes take
/// turns. Throws std::runtime_error if that fails.
[[nodiscard]] Emulation emulation_of(Platform platform, const std::filesystem::path& folder);

/// What `platform`'s emulator put on stderr taken away. Wine tells of crashes, also of its own
/// processes that the program knows nothing of; if it is the program's, the exit status tells.
[[nodiscard]] std::string without_diagnostics(Platform platform, std::string_view err);

}  // namespace checker
