// inotify, with a short rest after the first event.
#include "watch.hpp"

#include <sys/inotify.h>

#include <array>
#include <chrono>
#include <cstdint>

#include "catalog.hpp"
#include "stop.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// An editor that writes a new file and renames it, or saves several, is done within these.
constexpr auto quiet_after_save = 40ms;
constexpr auto longest_burst = 400ms;

// A folder or a link is there at once; a file that is being created is told when it is closed.
bool is_change(const inotify_event& event) {
    const bool unfinished_file = (event.mask & IN_CREATE) != 0 && (event.mask & IN_ISDIR) == 0;
    return event.len == 0 || (!unfinished_file && !is_editors_own(event.name));
}

}  // namespace

FolderWatch::FolderWatch(const std::vector<fs::path>& folders)
    : inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK), "inotify_init1") {
    for (fs::path folder : folders) {
        if (fs::is_directory(folder)) {
            add_deeply(folder);
            continue;
        }
        while (!fs::is_directory(folder) && folder.has_relative_path()) {
            folder = folder.parent_path();
        }
        add(folder);
    }
}

void FolderWatch::add(const fs::path& folder) {
    constexpr std::uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                     IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    if (::inotify_add_watch(inotify_.get(), folder.c_str(), events) < 0 && errno != ENOENT) {
        throw_errno("inotify_add_watch " + folder.string());
    }
}

void FolderWatch::add_deeply(const fs::path& folder) {
    add(folder);
    // Whatever goes away meanwhile is told by the watch of the folder above.
    std::error_code gone;
    for (auto place = fs::recursive_directory_iterator(folder, gone);
         place != fs::recursive_directory_iterator(); place.increment(gone)) {
        if (place->is_directory(gone) && !is_editors_own(place->path().filename())) {
            add(place->path());
        }
    }
}

// Whether any of the events that are there is a change.
bool FolderWatch::drain() {
    bool changed = false;
    alignas(inotify_event) std::array<char, 16384> buffer;
    for (;;) {
        const ssize_t size = ::read(inotify_.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EAGAIN) {
            return changed;
        }
        if (size < 0 && errno != EINTR) {
            throw_errno("read(inotify)");
        }
        for (ssize_t at = 0; at < size;) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
            changed = is_change(*event) || changed;
            at += static_cast<ssize_t>(sizeof *event + event->len);
        }
    }
}

void FolderWatch::wait_for_change() {
    do {
        wait_readable(inotify_.get(), std::nullopt);
    } while (!drain());
    const auto end = std::chrono::steady_clock::now() + longest_burst;
    while (std::chrono::steady_clock::now() < end &&
           wait_readable(inotify_.get(), quiet_after_save)) {
        drain();
    }
}

}  // namespace checker
