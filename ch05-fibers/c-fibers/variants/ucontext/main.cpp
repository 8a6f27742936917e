// Fibers that take turns: the same behaviour as the stage, written independently, with
// makecontext(3) and swapcontext(3) instead of assembly. Proof that the check accepts other right
// programs, no lesson.
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <iterator>
#include <list>
#include <string>
#include <system_error>
#include <vector>

namespace {

constexpr std::size_t stack_size = 262'144;
const std::size_t page_size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::system_category(), call);
}

struct Task {
    Task(int n, int t) : number(n), turns(t) {
        void* const memory =
            ::mmap(nullptr, page_size + stack_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            fail("mmap");
        }
        guard = static_cast<char*>(memory);
        if (::mprotect(guard + page_size, stack_size, PROT_READ | PROT_WRITE) < 0) {
            fail("mprotect");
        }
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() { ::munmap(guard, page_size + stack_size); }

    int number;
    int turns;
    char* guard = nullptr;
    bool done = false;
    ucontext_t context{};
};

ucontext_t scheduler;
Task* running = nullptr;
std::list<Task> tasks;
std::vector<char*> pages;  // of all stacks

struct Goodbye {
    int number;
    ~Goodbye() { std::cout << "fiber " << number << ": destroys its local variable\n"; }
};

void count() {
    Task& task = *running;
    {
        const Goodbye goodbye{task.number};
        char* const lowest = task.guard + page_size;
        const void* const here = __builtin_frame_address(0);
        std::cout << "fiber " << task.number << ": begins at " << here << ", "
                  << reinterpret_cast<std::uintptr_t>(here) % 16
                  << " beyond a multiple of 16, on the stack from " << static_cast<void*>(lowest)
                  << " to " << static_cast<void*>(lowest + stack_size) << '\n';
        for (int turn = 1;; ++turn) {
            std::cout << "fiber " << task.number << ": turn " << turn << " of " << task.turns
                      << '\n';
            if (turn == task.turns) {
                break;
            }
            ::swapcontext(&task.context, &scheduler);
        }
    }
    task.done = true;
}

void look_back() {
    while (tasks.size() > 1) {
        ::swapcontext(&running->context, &scheduler);
    }
    unsigned char unused = 0;
    std::size_t left = 0;
    for (char* const page : pages) {
        left += ::mincore(page, 1, &unused) == 0 ? 1 : 0;
    }
    std::cout << "last fiber: the others have returned, " << left
              << " pages of their stacks left\n";
    running->done = true;
}

void start(Task& task, void (*entry)()) {
    ::getcontext(&task.context);
    task.context.uc_stack.ss_sp = task.guard + page_size;
    task.context.uc_stack.ss_size = stack_size;
    task.context.uc_link = &scheduler;
    ::makecontext(&task.context, entry, 0);
}

int dig(int calls) {
    volatile char room[300];
    room[0] = 1;
    return calls == 0 ? 0 : dig(calls - 1) + room[0];
}

void overflow() {
    std::cout << "child: digs, its guard page is from " << static_cast<void*>(running->guard)
              << " to " << static_cast<void*>(running->guard + page_size) << '\n'
              << std::flush;
    dig(1'000'000);
}

void look_below() {
    const volatile char* const lowest = running->guard + page_size;
    std::cout << "child: reads just below its stack, which is from "
              << static_cast<void*>(running->guard + page_size) << '\n'
              << std::flush;
    std::cout << "child: has read " << int{lowest[-1]} << '\n' << std::flush;
}

void** fault_at = nullptr;  // shared with the parent

void note(int, siginfo_t* info, void*) {
    *fault_at = info->si_addr;
}

[[noreturn]] void be_the_child(void (*entry)()) {
    static std::array<char, 65'536> spare;
    const stack_t stack{.ss_sp = spare.data(), .ss_flags = 0, .ss_size = spare.size()};
    ::sigaltstack(&stack, nullptr);
    struct sigaction action{};
    action.sa_sigaction = note;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGSEGV, &action, nullptr);
    Task task(0, 0);
    running = &task;
    start(task, entry);
    ::swapcontext(&scheduler, &task.context);
    ::_exit(0);
}

void be_stopped(void (*entry)()) {
    void* const shared =
        ::mmap(nullptr, page_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        fail("mmap");
    }
    fault_at = static_cast<void**>(shared);
    const pid_t child = ::fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        be_the_child(entry);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) < 0) {
        fail("waitpid");
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) {
        std::cout << "main: the child has died of SIGSEGV at " << *fault_at << '\n' << std::flush;
    }
}

}  // namespace

int main(int argc, char** argv) {
    for (int index = 1; index < argc; ++index) {
        tasks.emplace_back(index, std::stoi(argv[index]));
    }
    for (Task& task : tasks) {
        start(task, count);
        for (std::size_t at = 0; at < page_size + stack_size; at += page_size) {
            pages.push_back(task.guard + at);
        }
    }
    std::cout << "main: has spawned " << tasks.size() << " and one more\n";
    start(tasks.emplace_back(0, 0), look_back);
    while (!tasks.empty()) {
        for (auto task = tasks.begin(); task != tasks.end();) {
            running = &*task;
            ::swapcontext(&scheduler, &task->context);
            task = task->done ? tasks.erase(task) : std::next(task);
        }
    }
    std::cout << "main: all have returned\n" << std::flush;
    be_stopped(overflow);
    be_stopped(look_below);
    return 0;
}
