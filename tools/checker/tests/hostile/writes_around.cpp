// Tries to write everywhere: a new file in each folder that is its argument and beside itself, the
// files of the whole machine in /proc, and to undo the read-only mounts. Prints how each went.
// Verdict: nothing is "done" but what happens in its own folder.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <string>

#include "contained.hpp"

namespace {

// Nothing is written to what can be opened: an open file is proof enough.
bool can_open(const std::string& path, int flags) {
    const int fd = open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd == -1) {
        return false;
    }
    close(fd);
    return true;
}

void try_all(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string folder = argv[i];
        const std::string file = folder + "/written-by-a-hostile-program";
        hostile::tell(("create in " + folder).c_str(), can_open(file, O_WRONLY | O_CREAT));
        hostile::tell(("folder in " + folder).c_str(), mkdir((file + ".d").c_str(), 0700) == 0);
        hostile::tell(("temporary in " + folder).c_str(), can_open(folder, O_TMPFILE | O_WRONLY));
        hostile::tell(("mode of " + folder).c_str(), chmod(folder.c_str(), 0700) == 0);
    }
    // core_pattern names a program that the kernel starts outside of every namespace.
    for (const char* file : {"/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches",
                             "/proc/sysrq-trigger", "/proc/1/mem", "/proc/self/exe"}) {
        hostile::tell((std::string("open ") + file).c_str(), can_open(file, O_WRONLY));
    }
}

}  // namespace

int main(int argc, char** argv) {
    hostile::only_in_containment();
    std::printf("own folder: %s\n", can_open("own", O_WRONLY | O_CREAT) ? "writable" : "lost");
    try_all(argc, argv);
    constexpr unsigned long writable = MS_REMOUNT | MS_BIND;
    hostile::tell("remount /", mount(nullptr, "/", nullptr, writable, nullptr) == 0);
    hostile::tell("unmount /proc", umount2("/proc", MNT_DETACH) == 0);
    // A user namespace of its own gives it capabilities, but not over mounts that were there
    // before.
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) {
        hostile::tell("remount / as its own root",
                      mount(nullptr, "/", nullptr, writable, nullptr) == 0);
        hostile::tell("unmount /proc/sys", umount2("/proc/sys", MNT_DETACH) == 0);
        try_all(argc, argv);
    }
    return 0;
}
