// Writing files whole or not at all, and folders for work in between.
#pragma once

#include <filesystem>
#include <string_view>

namespace checker {

/// `file` holds `text` afterwards; whatever goes wrong, it holds that or what it held before. Its
/// folders are made, its permissions kept. Throws std::system_error.
void replace_file(const std::filesystem::path& file, std::string_view text);

/// Whether `file` lies in `folder` or in a folder there, as the two are written.
[[nodiscard]] bool is_below(const std::filesystem::path& file, const std::filesystem::path& folder);

/// A new folder below `root`, which is made too; gone with its content when this is.
class Scratch {
public:
    /// Throws std::system_error.
    explicit Scratch(const std::filesystem::path& root);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    /// Absolute.
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace checker
