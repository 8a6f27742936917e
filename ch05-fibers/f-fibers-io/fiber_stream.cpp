// Each call tries, and waits for the event queue's word when the kernel says "not now".
#include "fiber_stream.hpp"

FiberStream::FiberStream(Fibers& fibers, const sockaddr_in& server)
    : fibers_(fibers), stream_(TcpStream::connect(server)) {
    fibers_.wait_until_ready(stream_.fd(), Interest::writable);
    stream_.finish_connect();
}

std::size_t FiberStream::read(std::span<char> buffer) {
    while (true) {
        if (const auto size = stream_.read(buffer)) {
            return *size;
        }
        fibers_.wait_until_ready(stream_.fd(), Interest::readable);
    }
}

void FiberStream::write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        if (const auto size = stream_.write(bytes)) {
            bytes.remove_prefix(*size);
        } else {
            fibers_.wait_until_ready(stream_.fd(), Interest::writable);
        }
    }
}
