// Notices that files were saved, renamed or deleted below some folders. It doesn't know what for.
#pragma once

#include <filesystem>
#include <vector>

#include "fd.hpp"

namespace checker {

/// Watches from its construction on: whatever is saved between that and wait_for_change() counts.
/// For one change; make another before acting on it, since folders may have come, gone or been
/// replaced.
class FolderWatch {
public:
    /// Everything below `folders`. In the place of one that isn't there the nearest folder above it
    /// is watched, not deeply: the folder may come back. Throws std::system_error (inotify(7)).
    explicit FolderWatch(const std::vector<std::filesystem::path>& folders);

    /// Returns once something changed and nothing more has for a moment, so that a burst counts
    /// once. What editors do for themselves is no change. Throws Stopped (stop.hpp),
    /// std::system_error.
    void wait_for_change();

private:
    void add(const std::filesystem::path& folder);
    void add_deeply(const std::filesystem::path& folder);
    bool drain();

    Fd inotify_;
};

}  // namespace checker
