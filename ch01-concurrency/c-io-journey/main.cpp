// One request, and what becomes of the thread that waits for the reply: it asks, it is put to
// sleep, packets come without it, it is woken. Whatever is told here the kernel has said.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <exception>
#include <future>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "connection.hpp"
#include "evidence.hpp"
#include "http.hpp"

namespace {

/// What the reading thread brings home.
struct Reading {
    long switches_before = 0;
    long switches_after = 0;
    std::size_t unread_when_woken = 0;
    ResponseReader reply;
};

// Flushed, so that whoever reads us through a pipe sees each step when it is taken.
void print(const std::string& label, std::string_view text = "") {
    std::cout << label << text << '\n' << std::flush;
    if (!std::cout) {
        throw std::runtime_error("stdout takes no more");
    }
}

// Runs on a thread of its own, which has nothing to do but to wait.
Reading read_reply(const Connection& connection, std::promise<pid_t>& thread) {
    thread.set_value(::gettid());
    Reading reading;
    reading.switches_before = voluntary_switches();
    connection.wait_for_bytes();
    reading.switches_after = voluntary_switches();
    reading.unread_when_woken = connection.unread();
    std::array<char, 16'384> buffer;
    while (!reading.reply.complete()) {
        const std::size_t size = connection.read(buffer);
        if (size == 0) {
            reading.reply.end_of_file();
        } else {
            reading.reply.take({buffer.data(), size});
        }
    }
    return reading;
}

// Looks until the thread sleeps in its recv, or has ended. Nobody but a narrator needs to know, and
// it has no means but to look again and again.
std::optional<ThreadLook> see_it_sleep(pid_t thread, int fd, const std::future<Reading>& reading) {
    using namespace std::chrono_literals;
    while (reading.wait_for(1ms) == std::future_status::timeout) {
        const auto look = look_at(thread);
        if (look && look->state == 'S' && look->system_call == SYS_recvfrom &&
            look->descriptor == fd && look == look_at(thread)) {  // it has slept all the while
            return look;
        }
    }
    return std::nullopt;
}

void tell_of_the_wait(pid_t thread, const std::optional<ThreadLook>& look, std::size_t unread) {
    if (!look) {
        print("the reply was there before we saw anybody wait");
        return;
    }
    print("thread " + std::to_string(thread) + " waits: state " + look->state + ", in recvfrom(" +
          std::to_string(*look->descriptor) + ", …), asleep in the kernel at " +
          look->sleeps_at.value_or("(not readable here)"));
    print("the socket holds " + std::to_string(unread) + " bytes for it");
    print("voluntary switches, seen from outside: " +
          (look->voluntary_switches ? std::to_string(*look->voluntary_switches)
                                    : "(not readable here)"));
}

void tell_of_the_wake_up(const Reading& reading) {
    if (reading.reply.status() != 200) {
        throw std::runtime_error("the server answered with status " +
                                 std::to_string(reading.reply.status()));
    }
    print("RECEIVED: ", reading.reply.body());
    print("when it was woken the socket held " + std::to_string(reading.unread_when_woken) +
          " bytes");
    print("it has given up the processor of its own accord: " +
          std::to_string(reading.switches_before) + " times before the wait, " +
          std::to_string(reading.switches_after) + " after");
}

void tell_of_softirqs(std::optional<std::uint64_t> before, std::optional<std::uint64_t> after) {
    if (!before || !after) {
        print("NET_RX softirqs: not readable here");
        return;
    }
    print("NET_RX softirqs on all processors: " + std::to_string(*before) + " before, " +
          std::to_string(*after) + " after");
}

void take_the_journey(const sockaddr_in& server, const std::string& delay_ms) {
    const auto softirqs_before = net_rx_softirqs();
    const Connection connection(server);
    const std::string path = "/" + delay_ms + "/HelloWorld";
    const std::string request = get_request(to_string(server), path);
    connection.write_all(request);
    print("asked " + to_string(server) + " for " + path + ": the kernel has the request");

    std::promise<pid_t> thread_promise;
    std::future<Reading> reading =
        std::async(std::launch::async, read_reply, std::cref(connection), std::ref(thread_promise));
    const pid_t thread = thread_promise.get_future().get();
    const auto look = see_it_sleep(thread, connection.fd(), reading);
    tell_of_the_wait(thread, look, connection.unread());
    tell_of_the_wake_up(reading.get());
    tell_of_softirqs(softirqs_before, net_rx_softirqs());
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "127.0.0.1:8080";
    const std::string delay_ms = argc > 2 ? argv[2] : "1000";
    const auto server = parse_address(argument);
    if (!server || !is_number(delay_ms) || argc > 3) {
        std::cerr
            << "ch01-c takes one HOST:PORT, with an IPv4 address or localhost as HOST, and a\n"
               "delay in milliseconds\n";
        return 2;
    }
    try {
        take_the_journey(*server, delay_ms);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
