// Containment: a PID and a mount namespace where the machine allows them, and the small init that
// runs inside. Everything between clone() and exec() uses system calls and this file only.
#include "launch.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace checker {
namespace {

// What init says over the control socket, one datagram each.
struct News {
    enum class Kind { started, exec_failed, setup_failed, exiting, ended } kind;
    int error = 0;
    char call[40] = {};
    Ended how;
};

struct Namespaces {
    bool user = false;
    bool pid = false;
};

// The plan is complete before clone(): nothing in it allocates afterwards.
struct Plan {
    const Command& command;
    std::vector<char*> argv;
    std::string scratch;
    std::string stdin_path;
    Namespaces namespaces;
    int stdout_fd;
    int stderr_fd;
    int control_fd;
    uid_t uid;
    gid_t gid;
};

// System V's and POSIX's messages, semaphores and shared memory would outlive the program: they
// have a namespace of their own, too.
int clone_flags(const Namespaces& namespaces) {
    return !namespaces.pid
               ? 0
               : CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | (namespaces.user ? CLONE_NEWUSER : 0);
}

pid_t clone_process(int flags) {
    return static_cast<pid_t>(
        ::syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

void tell(int control, const News& news) {
    if (::send(control, &news, sizeof news, MSG_NOSIGNAL) < 0) {
        ::_exit(125);  // the checker is gone, and PDEATHSIG takes the rest
    }
}

[[noreturn]] void fail(int control, News::Kind kind, const char* call) {
    News news{kind, errno, {}, {}};
    std::strncpy(news.call, call, sizeof news.call - 1);
    tell(control, news);
    ::_exit(125);
}

bool write_file(const char* path, const char* text) {
    const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    const bool written = ::write(fd, text, std::strlen(text)) >= 0;
    ::close(fd);
    return written;
}

bool map_own_user(uid_t uid, gid_t gid) {
    char line[64];
    std::snprintf(line, sizeof line, "%u %u 1\n", uid, uid);
    if (!write_file("/proc/self/uid_map", line)) {
        return false;
    }
    std::snprintf(line, sizeof line, "%u %u 1\n", gid, gid);
    return write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/gid_map", line);
}

bool set_read_only(const char* path, bool read_only, unsigned flags) {
    mount_attr attributes{};
    (read_only ? attributes.attr_set : attributes.attr_clr) = MOUNT_ATTR_RDONLY;
    return ::syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes) == 0;
}

// A new /proc is writable, and its files outside the folders of processes are the whole machine's:
// for root they ask for no capability.
const char* protect_proc() {
    for (const char* path : {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus",
                             "/proc/fs", "/proc/acpi", "/proc/scsi", "/proc/mtrr"}) {
        if (::access(path, F_OK) != 0) {
            continue;  // not every kernel has all of them
        }
        if (::mount(path, path, nullptr, MS_BIND | MS_REC, nullptr) != 0) {
            return "mount(/proc, what is not of processes)";
        }
        if (!set_read_only(path, true, AT_RECURSIVE)) {
            return "mount_setattr(/proc, read-only)";
        }
    }
    return nullptr;
}

// Everything is read-only but the scratch folder, a private /dev/shm, and the files of /proc that
// describe this namespace.
const char* set_up_mounts(const char* scratch) {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return "mount(/, private)";
    }
    if (::mount(scratch, scratch, nullptr, MS_BIND, nullptr) != 0) {
        return "mount(scratch)";
    }
    const bool private_shm =
        ::mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "size=64m") == 0;
    if (!set_read_only("/", true, AT_RECURSIVE)) {
        return "mount_setattr(/, read-only)";
    }
    if (!set_read_only(scratch, false, 0) ||
        (private_shm && !set_read_only("/dev/shm", false, 0))) {
        return "mount_setattr(scratch, writable)";
    }
    if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
        return "mount(/proc)";
    }
    return protect_proc();
}

// Root without the capabilities that could undo the mounts; it may still read other users' files.
void drop_capabilities() {
    for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
        if (capability != CAP_DAC_OVERRIDE && capability != CAP_DAC_READ_SEARCH) {
            ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
        }
    }
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void limit(int what, std::uint64_t value) {
    rlimit now{};
    ::getrlimit(static_cast<__rlimit_resource>(what), &now);
    now.rlim_cur = std::min<rlim_t>(value, now.rlim_max);
    now.rlim_max = now.rlim_cur;
    ::setrlimit(static_cast<__rlimit_resource>(what), &now);
}

// The checker's handlers are not for its init: a program may send it what it likes, and without a
// handler the kernel spares a namespace's init. The program inherits what is set here.
void forget_signal_handlers() {
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) {
        ::sigaction(number, &standard, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_program(const Plan& plan, int go) {
    char byte = 0;
    if (::read(go, &byte, 1) < 0) {  // init may have to attach first
        fail(plan.control_fd, News::Kind::setup_failed, "read(go)");
    }
    const int in = ::open(plan.stdin_path.c_str(), O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        fail(plan.control_fd, News::Kind::setup_failed, "open(stdin)");
    }
    ::dup2(in, 0);
    ::dup2(plan.stdout_fd, 1);
    ::dup2(plan.stderr_fd, 2);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, plan.command.file_limit);
    if (plan.command.memory_limit != 0) {
        limit(RLIMIT_AS, plan.command.memory_limit);
    }
    if (plan.namespaces.user) {
        limit(RLIMIT_NPROC, plan.command.process_limit);
    }
    if (plan.namespaces.pid) {
        drop_capabilities();
    }
    ::setenv("TMPDIR", plan.scratch.c_str(), 1);
    for (const auto& [name, value] : plan.command.environment) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    ::execvp(plan.argv[0], plan.argv.data());
    fail(plan.control_fd, News::Kind::exec_failed, "exec");
}

void await_go(int control) {
    char byte = 0;
    ssize_t got = 0;
    while ((got = ::recv(control, &byte, 1, 0)) < 0 && errno == EINTR) {
    }
    if (got != 1) {
        ::_exit(125);
    }
}

// A stop of the traced program: the exit event waits for the checker to look, signals pass through,
// a group stop stays one.
void handle_trace_stop(const Plan& plan, pid_t program, int status) {
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (event == PTRACE_EVENT_EXIT) {
        tell(plan.control_fd, News{News::Kind::exiting, 0, {}, {}});
        await_go(plan.control_fd);
        ::ptrace(PTRACE_CONT, program, nullptr, nullptr);
    } else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
        ::ptrace(PTRACE_LISTEN, program, nullptr, nullptr);
    } else {
        ::ptrace(PTRACE_CONT, program, nullptr,
                 reinterpret_cast<void*>(static_cast<long>(event == 0 ? signal : 0)));
    }
}

[[noreturn]] void reap_forever(const Plan& plan, pid_t program) {
    for (;;) {
        int status = 0;
        rusage usage{};
        const pid_t pid = ::wait4(-1, &status, __WALL, &usage);
        if (pid < 0 && errno == ECHILD) {
            ::pause();  // nothing left; the checker ends us
        } else if (pid > 0 && WIFSTOPPED(status)) {
            handle_trace_stop(plan, pid, status);
        } else if (pid == program && (WIFEXITED(status) || WIFSIGNALED(status))) {
            News news{News::Kind::ended, 0, {}, {}};
            news.how.signalled = WIFSIGNALED(status);
            news.how.value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
            news.how.memory_kib = usage.ru_maxrss;
            tell(plan.control_fd, news);
        }
    }
}

[[noreturn]] void be_init(const Plan& plan) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    forget_signal_handlers();
    ::setsid();
    await_go(plan.control_fd);  // until then the checker moves us into our control group
    if (plan.namespaces.user && !map_own_user(plan.uid, plan.gid)) {
        fail(plan.control_fd, News::Kind::setup_failed, "uid_map");
    }
    if (plan.namespaces.pid) {
        if (const char* call = set_up_mounts(plan.scratch.c_str())) {
            fail(plan.control_fd, News::Kind::setup_failed, call);
        }
    } else {
        ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }
    if (::chdir(plan.scratch.c_str()) != 0) {
        fail(plan.control_fd, News::Kind::setup_failed, "chdir(scratch)");
    }
    std::array<int, 2> go{};
    if (::pipe2(go.data(), O_CLOEXEC) != 0) {
        fail(plan.control_fd, News::Kind::setup_failed, "pipe2");
    }
    const pid_t program = clone_process(0);
    if (program < 0) {
        fail(plan.control_fd, News::Kind::setup_failed, "clone");
    }
    if (program == 0) {
        ::setsid();
        become_program(plan, go[0]);
    }
    if (plan.command.report_open_files &&
        ::ptrace(PTRACE_SEIZE, program, nullptr,
                 reinterpret_cast<void*>(static_cast<long>(PTRACE_O_TRACEEXIT))) != 0) {
        fail(plan.control_fd, News::Kind::setup_failed, "ptrace(seize)");
    }
    tell(plan.control_fd, News{News::Kind::started, 0, {}, {}});
    await_go(plan.control_fd);  // until then the checker notes the program's process id
    if (::write(go[1], "g", 1) != 1) {
        fail(plan.control_fd, News::Kind::setup_failed, "write(go)");
    }
    ::close(go[0]);
    ::close(go[1]);
    ::close(plan.stdout_fd);  // so that end of file means: nobody in the tree can write any more
    ::close(plan.stderr_fd);
    reap_forever(plan, program);
}

bool can_use_namespaces(bool with_user) {
    const uid_t uid = ::geteuid();
    const gid_t gid = ::getegid();
    // Of its own, since a folder with further mounts below it may not be bound by everybody.
    std::string place = std::filesystem::temp_directory_path() / "checker-probe-XXXXXX";
    if (::mkdtemp(place.data()) == nullptr) {
        throw_errno("mkdtemp " + place);
    }
    const pid_t pid = clone_process(clone_flags({.user = with_user, .pid = true}));
    if (pid == 0) {
        const bool mapped = !with_user || map_own_user(uid, gid);
        ::_exit(mapped && set_up_mounts(place.c_str()) == nullptr ? 0 : 1);
    }
    int status = -1;
    while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    ::rmdir(place.c_str());
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Namespaces usable_namespaces() {
    static const Namespaces found = [] {
        if (::geteuid() == 0 && can_use_namespaces(false)) {
            return Namespaces{.user = false, .pid = true};
        }
        if (::geteuid() != 0 && can_use_namespaces(true)) {
            return Namespaces{.user = true, .pid = true};
        }
        return Namespaces{};
    }();
    return found;
}

constexpr std::array cgroup_folders = {"/sys/fs/cgroup/pids", "/sys/fs/cgroup"};
constexpr std::string_view cgroup_prefix = "async-workshop-";

// Control groups of checkers that were killed before they could clean up: prefix, checker, init.
void remove_stale_cgroups() {
    for (const char* top : cgroup_folders) {
        std::error_code none;
        for (const auto& folder : std::filesystem::directory_iterator(top, none)) {
            const std::string name = folder.path().filename();
            if (name.starts_with(cgroup_prefix) &&
                ::kill(std::atoi(name.c_str() + cgroup_prefix.size()), 0) != 0 && errno == ESRCH) {
                ::rmdir(folder.path().c_str());
            }
        }
    }
}

// Caps the tree's processes through the pids controller (version 1 or 2). RLIMIT_NPROC doesn't
// bind root; in a user namespace it does, and no control group is needed there.
std::filesystem::path make_cgroup(std::uint64_t processes, pid_t init) {
    static const bool swept = (remove_stale_cgroups(), true);
    static_cast<void>(swept);
    const std::string name =
        std::string(cgroup_prefix) + std::to_string(::getpid()) + "-" + std::to_string(init);
    for (const char* top : cgroup_folders) {
        const auto folder = std::filesystem::path(top) / name;
        std::error_code refused;
        if (!std::filesystem::create_directory(folder, refused)) {
            continue;
        }
        if (write_file((folder / "pids.max").c_str(), std::to_string(processes).c_str()) &&
            write_file((folder / "cgroup.procs").c_str(), std::to_string(init).c_str())) {
            return folder;
        }
        ::rmdir(folder.c_str());
    }
    return {};
}

std::pair<Fd, Fd> make_pipe() {
    std::array<int, 2> ends{};
    checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    return {Fd(ends[0]), Fd(ends[1])};
}

void send_go(int control) {
    checked(::send(control, "g", 1, MSG_NOSIGNAL), "send(init)");
}

// Reads a descriptor's target for the list of open files: "socket:[123]", "/etc/passwd".
std::vector<std::pair<int, std::string>> list_open_files(pid_t process) {
    std::vector<std::pair<int, std::string>> files;
    std::error_code gone;
    const std::filesystem::path folder = "/proc/" + std::to_string(process) + "/fd";
    for (const auto& entry : std::filesystem::directory_iterator(folder, gone)) {
        const int number = std::atoi(entry.path().filename().c_str());
        if (number > 2) {
            files.emplace_back(number, std::filesystem::read_symlink(entry.path(), gone).string());
        }
    }
    return files;
}

}  // namespace

Containment containment() {
    return usable_namespaces().pid ? Containment::namespaces : Containment::process_groups;
}

std::vector<pid_t> children_of(pid_t process) {
    std::vector<pid_t> children;
    std::error_code gone;
    const std::filesystem::path folder = "/proc/" + std::to_string(process) + "/task";
    // The process may go meanwhile.
    std::filesystem::directory_iterator task(folder, gone);
    for (; !gone && task != std::filesystem::directory_iterator(); task.increment(gone)) {
        std::ifstream list(task->path() / "children");
        for (pid_t child = 0; list >> child;) {
            children.push_back(child);
        }
    }
    return children;
}

Contained::Contained(const Command& command) {
    try {
        start(command);
    } catch (...) {
        kill_all();
        throw;
    }
}

void Contained::start(const Command& command) {
    auto [out_read, out_write] = make_pipe();
    auto [err_read, err_write] = make_pipe();
    std::array<int, 2> control{};
    checked(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control.data()), "socketpair");
    control_ = Fd(control[0]);
    const Fd control_of_init(control[1]);

    Plan plan{.command = command,
              .argv = {},
              .scratch = command.scratch.string(),
              .stdin_path = command.stdin_file.empty() ? "/dev/null" : command.stdin_file.string(),
              .namespaces = usable_namespaces(),
              .stdout_fd = out_write.get(),
              .stderr_fd = err_write.get(),
              .control_fd = control_of_init.get(),
              .uid = ::geteuid(),
              .gid = ::getegid()};
    for (const std::string& argument : command.argv) {
        plan.argv.push_back(const_cast<char*>(argument.c_str()));
    }
    plan.argv.push_back(nullptr);

    std::fflush(nullptr);
    init_ = checked(clone_process(clone_flags(plan.namespaces)), "clone");
    if (init_ == 0) {
        be_init(plan);
    }
    if (!plan.namespaces.user) {
        cgroup_ = make_cgroup(command.process_limit, init_);
    }
    stdout_ = std::move(out_read);
    stderr_ = std::move(err_read);
    send_go(control_.get());

    News news{};
    const ssize_t size = ::recv(control_.get(), &news, sizeof news, 0);
    if (size != sizeof news || news.kind != News::Kind::started) {
        errno = size > 0 ? news.error : EPIPE;
        throw_errno("start " + command.argv[0] + ": " + (size > 0 ? news.call : "init died"));
    }
    const auto children = children_of(init_);
    program_ = children.empty() ? -1 : children.front();
    send_go(control_.get());
    for (const int fd : {stdout_.get(), stderr_.get(), control_.get()}) {
        checked(::fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl");
    }
}

Contained::~Contained() {
    kill_all();
}

bool Contained::poll_news() {
    News news{};
    bool any = false;
    for (;;) {
        const ssize_t size = ::recv(control_.get(), &news, sizeof news, MSG_DONTWAIT);
        if (size == 0 && !ended_) {
            throw std::runtime_error("the process that watches over the program has been killed");
        }
        if (size != sizeof news) {
            break;
        }
        any = true;
        if (news.kind == News::Kind::ended) {
            ended_ = news.how;
        } else if (news.kind == News::Kind::exiting) {
            open_files_ = list_open_files(program_);
            send_go(control_.get());
        } else {
            errno = news.error;
            throw_errno(std::string("start the program: ") + news.call);
        }
    }
    return any;
}

void Contained::kill_all() {
    if (init_ <= 0) {
        return;
    }
    if (!usable_namespaces().pid) {
        // Init adopts whatever is orphaned meanwhile, so the walk ends when it has no children.
        for (auto children = children_of(init_); !children.empty(); children = children_of(init_)) {
            for (std::size_t i = 0; i < children.size(); ++i) {
                const auto below = children_of(children[i]);
                children.insert(children.end(), below.begin(), below.end());
                ::kill(children[i], SIGKILL);
            }
        }
    }
    ::kill(init_, SIGKILL);
    while (::waitpid(init_, nullptr, 0) < 0 && errno == EINTR) {
    }
    init_ = -1;
    if (!cgroup_.empty()) {
        ::rmdir(cgroup_.c_str());
    }
}

std::string signal_name(int number) {
    const char* abbreviation = ::sigabbrev_np(number);
    return abbreviation != nullptr ? std::string("SIG") + abbreviation
                                   : "signal " + std::to_string(number);
}

}  // namespace checker
