#include "platform.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "build.hpp"
#include "file_lock.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// Nobody wants to hear Wine's own diagnostics, nor to be asked to install .NET or a browser.
const std::map<std::string, std::string> quiet_wine = {{"WINEDEBUG", "-all"},
                                                       {"WINEDLLOVERRIDES", "mscoree=;mshtml="}};

Words tools_of(Platform platform) {
    switch (platform) {
        case Platform::aarch64:
            return {"aarch64-linux-gnu-g++", "qemu-aarch64"};
        case Platform::windows:
            return {"x86_64-w64-mingw32-g++-posix", "wine"};
        case Platform::native:
            break;
    }
    return {};
}

// What Wine takes for drive C: and the registry. Made once; runs find it read-only.
fs::path wine_prefix(const fs::path& folder) {
    const fs::path prefix = fs::absolute(folder / "wine");
    const fs::path complete = prefix / "complete";
    fs::create_directories(folder);
    const FileLock lock(folder / "wine.lock");
    if (fs::exists(complete)) {
        return prefix;
    }
    fs::remove_all(prefix);
    Words command{"env", "WINEPREFIX=" + prefix.string()};
    for (const auto& [name, value] : quiet_wine) {
        command.push_back(name + "=" + value);
    }
    command.insert(command.end(), {"wineboot", "-i"});
    const auto result = run_command(command, folder);
    if (result.status != 0) {
        throw std::runtime_error("wineboot -i failed: " + result.output);
    }
    std::ofstream(complete) << "wineboot -i\n";
    return prefix;
}

}  // namespace

std::string target_suffix(Platform platform) {
    return platform == Platform::native ? "" : "-" + std::string(name(platform));
}

std::string file_suffix(Platform platform) {
    return platform == Platform::windows ? ".exe" : platform == Platform::aarch64 ? ".elf" : "";
}

std::string why_no_platform(Platform platform) {
    for (const std::string& tool : tools_of(platform)) {
        if (!in_path(tool)) {
            return "needs " + tool + ", which is not installed";
        }
    }
    return "";
}

Emulation emulation_of(Platform platform, const fs::path& folder) {
    switch (platform) {
        case Platform::aarch64:
            return {{"qemu-aarch64"}, {}};
        case Platform::windows: {
            Emulation wine{{"wine"}, quiet_wine};
            wine.environment["WINEPREFIX"] = wine_prefix(folder).string();
            return wine;
        }
        case Platform::native:
            break;
    }
    return {};
}

std::string without_diagnostics(Platform platform, std::string_view err) {
    std::string text;
    while (!err.empty()) {
        const auto line = err.substr(0, std::min(err.find('\n'), err.size() - 1) + 1);
        if (platform != Platform::windows || !line.starts_with("wine: ")) {
            text += line;
        }
        err.remove_prefix(line.size());
    }
    return text;
}

}  // namespace checker
