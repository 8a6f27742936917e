// Five requests on fibers: the same behaviour as the stage, written independently, with
// makecontext(3), swapcontext(3) and poll(2). Proof that the check accepts other right programs, no
// lesson.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace {

struct Task {
    std::function<void()> body;
    std::vector<char> stack = std::vector<char>(262'144);
    ucontext_t context{};
    pollfd waits_for{.fd = -1, .events = 0, .revents = 0};
    bool yields = false;
    bool done = false;
};

ucontext_t scheduler;
Task* running = nullptr;
sockaddr_in server{};
std::string server_name;
std::string failure;

void wait_for(int fd, short events) {
    running->waits_for = {.fd = fd, .events = events, .revents = 0};
    ::swapcontext(&running->context, &scheduler);
}

void yield() {
    running->yields = true;
    wait_for(-1, 0);
}

/// Calls until it is done or fails for good.
template <typename Call>
ssize_t persist(int fd, short events, Call call) {
    while (true) {
        const ssize_t result = call();
        if (result >= 0) {
            return result;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait_for(fd, events);
        } else if (errno != EINTR) {
            return -1;
        }
    }
}

int connected() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&server), sizeof server) < 0) {
        wait_for(fd, POLLOUT);
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        failure = "connect to " + server_name + ": " + std::generic_category().message(error);
    }
    return fd;
}

bool whole(const std::string& reply, std::size_t& body) {
    const std::size_t head = reply.find("\r\n\r\n");
    if (head == std::string::npos) {
        return false;
    }
    body = head + 4;
    const std::size_t length = reply.find("Content-Length: ");
    return length < head && reply.size() >= body + std::stoul(reply.substr(length + 16));
}

bool send_all(int fd, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
        const ssize_t size = persist(fd, POLLOUT, [&] {
            return ::send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        });
        if (size < 0) {
            failure = "send";
            return false;
        }
        sent += static_cast<std::size_t>(size);
    }
    return true;
}

void exchange(int fd, int number) {
    const std::string request = "GET /" + std::to_string(6000 - 1000 * number) + "/HelloWorld" +
                                std::to_string(number) + " HTTP/1.1\r\nHost: " + server_name +
                                "\r\nConnection: close\r\n\r\n";
    if (!send_all(fd, request)) {
        return;
    }
    std::string reply;
    std::size_t body = 0;
    while (!whole(reply, body)) {
        std::array<char, 8192> bytes;
        const ssize_t size =
            persist(fd, POLLIN, [&] { return ::recv(fd, bytes.data(), bytes.size(), 0); });
        if (size < 0) {
            failure = "recv: " + std::generic_category().message(errno);
            return;
        }
        if (size == 0) {
            break;
        }
        reply.append(bytes.data(), static_cast<std::size_t>(size));
    }
    std::cout << "RECEIVED: " << reply.substr(body) << std::endl;
}

void fetch(int number) {
    const int fd = connected();
    if (failure.empty()) {
        exchange(fd, number);
    }
    ::close(fd);
}

void run_task() {
    Task& task = *running;
    task.body();
    task.waits_for.fd = -1;
    task.done = true;
}

void resume(Task& task) {
    running = &task;
    task.yields = false;
    ::swapcontext(&scheduler, &task.context);
}

void run_all(std::vector<std::unique_ptr<Task>>& tasks) {
    while (true) {
        std::vector<pollfd> waiting;
        bool any = false;
        bool busy = false;
        bool waits = false;
        for (const auto& task : tasks) {
            waiting.push_back(task->waits_for);
            any = any || !task->done;
            busy = busy || task->yields;
            waits = waits || task->waits_for.fd >= 0;
        }
        if (!any) {
            return;
        }
        if (!busy && !waits) {
            throw std::logic_error("all fibers wait for each other");
        }
        if (::poll(waiting.data(), waiting.size(), busy ? 0 : -1) < 0) {
            continue;
        }
        for (std::size_t index = 0; index < tasks.size(); ++index) {
            if (waiting[index].revents != 0 || tasks[index]->yields) {
                resume(*tasks[index]);
            }
        }
    }
}

std::unique_ptr<Task> begin(std::function<void()> body) {
    auto task = std::make_unique<Task>();
    task->body = std::move(body);
    ::getcontext(&task->context);
    task->context.uc_stack.ss_sp = task->stack.data();
    task->context.uc_stack.ss_size = task->stack.size();
    task->context.uc_link = &scheduler;
    ::makecontext(&task->context, run_task, 0);
    resume(*task);
    return task;
}

void wait_beside_work() {
    const int not_zero = ::eventfd(1, EFD_CLOEXEC);
    const int alarm = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    itimerspec in{.it_interval = {}, .it_value = {.tv_sec = 5, .tv_nsec = 0}};
    ::timerfd_settime(alarm, 0, &in, nullptr);
    int turns = 0;
    std::vector<std::unique_ptr<Task>> tasks;
    tasks.push_back(begin([&] {
        wait_for(not_zero, POLLIN);
        std::cout << "TOLD: after " << turns << " of 100 turns of the other" << std::endl;
    }));
    tasks.push_back(begin([&] {
        while (turns < 100) {
            ++turns;
            yield();
        }
        in.it_value = {.tv_sec = 0, .tv_nsec = 1};
        ::timerfd_settime(alarm, 0, &in, nullptr);
    }));
    tasks.push_back(begin([&] {
        wait_for(alarm, POLLIN);
        std::cout << (turns == 100 ? "AWAKE: for all turns" : "ASLEEP: between turns") << std::endl;
    }));
    run_all(tasks);
    ::close(alarm);
    ::close(not_zero);
}

int listen_here() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    server = {};
    server.sin_family = AF_INET;
    server.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof server;
    auto* const address = reinterpret_cast<sockaddr*>(&server);
    if (::bind(listener, address, size) < 0 || ::listen(listener, 1) < 0 ||
        ::getsockname(listener, address, &size) < 0) {
        failure = "listen";
    }
    return listener;
}

/// `before_reading`: where to ask for a reply first, or nowhere.
void write_more_than_fits(const sockaddr_in& before_reading) {
    const int listener = listen_here();
    const std::string sent(16'000'000, 'x');
    std::size_t received = 0;
    std::vector<std::unique_ptr<Task>> tasks;
    tasks.push_back(begin([&] {
        const int fd = connected();
        send_all(fd, sent);
        ::close(fd);
    }));
    tasks.push_back(begin([&] {
        if (before_reading.sin_port != 0) {
            server = before_reading;
            fetch(5);
        }
        wait_for(listener, POLLIN);
        const int peer = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        std::vector<char> bytes(65'536);
        ssize_t part = 1;
        while (part > 0) {
            part =
                persist(peer, POLLIN, [&] { return ::recv(peer, bytes.data(), bytes.size(), 0); });
            received += part > 0 ? static_cast<std::size_t>(part) : 0;
        }
        ::close(peer);
    }));
    run_all(tasks);
    ::close(listener);
    if (received == sent.size()) {
        std::cout << "ARRIVED: all bytes, in their order" << std::endl;
    }
}

void read_after_reset() {
    const int listener = listen_here();
    std::vector<std::unique_ptr<Task>> tasks;
    tasks.push_back(begin([&] {
        const int fd = connected();
        char byte = 0;
        if (persist(fd, POLLIN, [&] { return ::recv(fd, &byte, 1, 0); }) < 0) {
            failure = "read: " + std::generic_category().message(errno);
        }
        ::close(fd);
    }));
    tasks.push_back(begin([&] {
        wait_for(listener, POLLIN);
        const int peer = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        const linger reset{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        ::close(peer);
    }));
    run_all(tasks);
    ::close(listener);
}

/// Nobody wakes either, as if they had joined each other.
void wait_in_a_circle() {
    std::vector<std::unique_ptr<Task>> tasks;
    tasks.push_back(begin([] { wait_for(-1, 0); }));
    tasks.push_back(begin([] { wait_for(-1, 0); }));
    try {
        run_all(tasks);
    } catch (const std::logic_error& error) {
        std::cout << "main: " << error.what() << std::endl;
        std::terminate();
    }
}

void fetch_all() {
    std::vector<std::unique_ptr<Task>> tasks;
    for (int number = 1; number <= 5; ++number) {
        tasks.push_back(begin([number] { fetch(number); }));
    }
    run_all(tasks);
    if (failure.empty()) {
        std::cout << "FINISHED" << std::endl;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "";
    server_name = argc > 1 ? argv[argc - 1] : "127.0.0.1:8080";
    if (const std::size_t colon = server_name.find(':'); colon != std::string::npos) {
        server.sin_family = AF_INET;
        server.sin_port =
            ::htons(static_cast<std::uint16_t>(std::stoi(server_name.substr(colon + 1))));
        ::inet_pton(AF_INET, server_name.substr(0, colon).c_str(), &server.sin_addr);
    }
    if (what == "beside-work") {
        wait_beside_work();
    } else if (what == "much") {
        write_more_than_fits(sockaddr_in(server));
    } else if (what == "reset") {
        read_after_reset();
    } else if (what == "circle") {
        wait_in_a_circle();
    } else {
        fetch_all();
    }
    if (!failure.empty()) {
        std::cerr << failure << '\n';
        return 1;
    }
    return 0;
}
