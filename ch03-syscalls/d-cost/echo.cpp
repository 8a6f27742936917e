// Two pipes and a thread between them.
#include "echo.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace {

// Moves one byte by read or write; false at the end of what there is to read.
template <typename Call>
bool move_byte(const char* name, Call call) {
    ssize_t moved = 0;
    do {
        moved = call();
    } while (moved < 0 && errno == EINTR);
    if (moved < 0) {
        throw std::system_error(errno, std::system_category(), name);
    }
    return moved == 1;
}

bool read_byte(const OwnedFd& fd, char& byte) {
    return move_byte("read", [&] { return ::read(fd.get(), &byte, 1); });
}

void write_byte(const OwnedFd& fd, char byte) {
    move_byte("write", [&] { return ::write(fd.get(), &byte, 1); });
}

void answer(OwnedFd from, OwnedFd to) {
    for (char byte = 0; read_byte(from, byte);) {
        write_byte(to, byte);
    }
}

}  // namespace

Echo::Echo() : Echo(make_pipe(), make_pipe()) {}

Echo::Echo(Pipe there, Pipe back)
    : thread_(
          std::async(std::launch::async, answer, std::move(there.reader), std::move(back.writer))),
      to_(std::move(there.writer)),
      from_(std::move(back.reader)) {}

void Echo::round_trip() {
    write_byte(to_, '?');
    char byte = 0;
    if (!read_byte(from_, byte)) {
        thread_.get();  // it is over, and throws what ended it
    }
}
