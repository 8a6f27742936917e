// A new file is written beside the old one and takes its place when it is complete.
#include "files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "fd.hpp"

namespace checker {
namespace {

namespace fs = std::filesystem;

// Removes a file that did not get so far as to be renamed.
class Unfinished {
public:
    explicit Unfinished(std::string name) : name_(std::move(name)) {}
    ~Unfinished() { ::unlink(name_.c_str()); }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

private:
    std::string name_;
};

// What an ordinary new file may get: the process's mask can only be read by setting it.
mode_t new_file_mode() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

}  // namespace

void replace_file(const fs::path& file, std::string_view text) {
    if (file.has_parent_path()) {
        fs::create_directories(file.parent_path());
    }
    struct stat old{};
    const mode_t mode = ::stat(file.c_str(), &old) == 0 ? old.st_mode & 07777U : new_file_mode();
    std::string name = (file.parent_path() / ("." + file.filename().string() + "-XXXXXX")).string();
    const Fd fresh(::mkstemp(name.data()));
    if (!fresh) {
        throw_errno("mkstemp " + name);
    }
    const Unfinished unfinished(name);
    while (!text.empty()) {
        const ssize_t written = ::write(fresh.get(), text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            throw_errno("write " + name);
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    if (::fchmod(fresh.get(), mode) != 0 || ::rename(name.c_str(), file.c_str()) != 0) {
        throw_errno("finish " + file.string());
    }
}

bool is_below(const fs::path& file, const fs::path& folder) {
    return file.string().starts_with(folder.string() + "/");
}

Scratch::Scratch(const fs::path& root) {
    fs::create_directories(root);
    std::string name = (fs::absolute(root) / "run-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw_errno("mkdtemp " + name);
    }
    path_ = name;
}

Scratch::~Scratch() {
    std::error_code ignored;  // a leftover in the build folder harms nobody
    fs::remove_all(path_, ignored);
}

}  // namespace checker
