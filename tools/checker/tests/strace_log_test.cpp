#include "strace_log.hpp"

#include <doctest/doctest.h>

using checker::count_calls;
using checker::last_calls;
using Lines = std::vector<std::string>;

TEST_CASE("a call counts once, also where another thread cut in") {
    const auto counts = count_calls(
        "7 epoll_wait(3,  <unfinished ...>\n"
        "8 read(4, \"epoll_wait(\", 16) = 11\n"
        "7 <... epoll_wait resumed>[], 64, 10) = 0\n"
        "7 epoll_wait(3, [], 64, 10) = 0\n",
        {"epoll_wait", "write"});
    CHECK(counts.at("epoll_wait") == 2);
    CHECK(counts.at("write") == 0);
}

TEST_CASE("the last calls are told oldest first, without addresses and prints") {
    CHECK(last_calls("7 read(4, 0x7ffd8a0b1230, 1024) = -1 EAGAIN (Resource temporarily "
                     "unavailable)\n"
                     "7 write(1, \"FINISHED\\n\", 9) = 9\n"
                     "7 write(2, \"oh\\n\", 3) = 3\n"
                     "7 write(4, \"\\1\", 1) = -1 EINVAL (Invalid argument)\n"
                     "7 +++ exited with 0 +++\n") ==
          Lines{"read(4, …, 1024) = -1 EAGAIN (Resource temporarily unavailable)",
                "write(4, \"\\1\", 1) = -1 EINVAL (Invalid argument)"});
}

TEST_CASE("what the dynamic loader does is neither counted nor told") {
    const std::string log =
        "7 [00007fa09db05b1d] openat(AT_FDCWD, \"/etc/ld.so.cache\", O_RDONLY|O_CLOEXEC) = 3\n"
        "7 [00007fa09db05b74] read(3, \"\\177ELF\\2\\1\\1\"..., 832) = 832\n"
        "7 [00007fa09db05ca3] mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7fa09dacf000\n"
        "7 [00007fa09d9ee9b3] mmap(NULL, 353616, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7fa09d88d000\n"
        "7 [00007fa09d9ea104] read(3,  <unfinished ...>\n"
        "7 [00007fa09d9ea104] <... read resumed>\"x\", 1) = 1\n"
        "7 [????????????????] +++ exited with 0 +++\n";
    const auto counts = count_calls(log, {"mmap", "read", "openat"});
    CHECK(counts.at("mmap") == 1);
    CHECK(counts.at("read") == 1);
    CHECK(counts.at("openat") == 0);
    CHECK(last_calls(log) ==
          Lines{"mmap(NULL, 353616, PROT_READ, MAP_PRIVATE, 3, 0) = …", "read(3, \"x\", 1) = 1"});
}

TEST_CASE("a program without a loader counts from its first call on") {
    const auto counts = count_calls(
        "7 [0000000000401b1d] openat(AT_FDCWD, \"/etc/hosts\", 0) = 3\n"
        "7 [0000000000401b74] read(3, \"\", 1) = 0\n",
        {"read", "openat"});
    CHECK(counts.at("read") == 1);
    CHECK(counts.at("openat") == 1);
}

TEST_CASE("a call that has not returned comes last") {
    CHECK(last_calls("7 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 8\n"
                     "7 epoll_wait(3,  <unfinished ...>\n"
                     "8 write(4, \"\\1\\0\\0\\0\\0\\0\\0\\0\", 8) = 8\n"
                     "8 epoll_ctl(3, EPOLL_CTL_DEL, 6, NULL <unfinished ...>\n"
                     "8 <... epoll_ctl resumed>) = 0\n") ==
          Lines{"thread 8: write(4, \"\\1\\0\\0\\0\\0\\0\\0\\0\", 8) = 8",
                "thread 8: epoll_ctl(3, EPOLL_CTL_DEL, 6, NULL) = 0", "main: epoll_wait(3, …"});
    CHECK(last_calls("7 epoll_wait(3, ") == Lines{"epoll_wait(3, …"});
}

TEST_CASE("a child is told from a thread, also if its first call comes before the fork returns") {
    CHECK(last_calls("7 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n"
                     "9 read(4, \"x\", 1) = 1\n"
                     "7 <... clone resumed>) = 9\n"
                     "7 wait4(9, ") ==
          Lines{"process 9: read(4, \"x\", 1) = 1", "main: wait4(9, …"});
    CHECK(last_calls("7 clone3({flags=CLONE_THREAD}, 88 <unfinished ...>\n"
                     "9 read(4, \"x\", 1) = 1\n"
                     "7 <... clone3 resumed>) = 9\n") == Lines{"thread 9: read(4, \"x\", 1) = 1"});
}

TEST_CASE("calls that come again and again stand there once") {
    std::string log = "7 connect(4, ) = 0\n";
    for (int i = 0; i < 5000; ++i) {
        log += "7 epoll_wait(3, [], 64, 0) = 0\n7 recvfrom(4, ) = -1 EAGAIN\n";
    }
    CHECK(last_calls(log) == Lines{"connect(4, ) = 0", "epoll_wait(3, [], 64, 0) = 0",
                                   "recvfrom(4, ) = -1 EAGAIN", "… these 2 calls 5000 times"});
    CHECK(last_calls("7 a() = 0\n7 a() = 0\n7 a() = 0\n7 b() = 1\n") ==
          Lines{"a() = 0", "… this call 3 times", "b() = 1"});
}

TEST_CASE("twelve lines are enough, whatever the log holds") {
    std::string log;
    for (int i = 0; i < 100; ++i) {
        log += "7 read(" + std::to_string(i) + ", ) = 1\n";
    }
    const auto lines = last_calls(log);
    CHECK(lines.size() == 12);
    CHECK(lines.back() == "read(99, ) = 1");
    CHECK(last_calls("").empty());
    CHECK(last_calls("\n \n7\n7 \n7 <... read resumed>\n7 <unfinished ...>\nread(\n").size() <= 12);
}
