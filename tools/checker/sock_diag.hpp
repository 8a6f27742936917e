// Both ends of our TCP connections as the kernel sees them: exact look-ups through sock_diag(7).
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <span>
#include <vector>

#include "fd.hpp"

namespace checker {

/// TCP states as the kernel numbers them (tcp_states.h).
enum class TcpState : std::uint8_t {
    none = 0,
    established = 1,
    syn_sent,
    syn_received,
    fin_wait_1,
    fin_wait_2,
    time_wait,
    close,
    close_wait,
    last_ack,
    listen,
    closing,
};

/// One end of one connection. Without `found` there is no such socket; without `has_info` it is one
/// that only lingers (TIME_WAIT) and has no counters.
struct SocketLook {
    bool found = false;
    bool has_info = false;
    TcpState state = TcpState::none;
    std::uint32_t receive_queue = 0;  ///< bytes that arrived and were not read
    std::uint32_t send_queue = 0;     ///< bytes not yet acknowledged
    std::uint32_t not_sent = 0;       ///< bytes written that have not left
    std::uint64_t sent = 0;           ///< bytes that left, each once
    std::uint64_t received = 0;       ///< bytes that arrived, read or not

    bool operator==(const SocketLook&) const = default;
};

/// Whose socket to look up: its own address first.
struct Endpoints {
    sockaddr_in local;
    sockaddr_in peer;
};

/// A netlink socket for look-ups in this network namespace. One thread only.
class SockDiag {
public:
    /// Throws std::system_error where netlink is not to be had.
    SockDiag();
    std::vector<SocketLook> look_up(std::span<const Endpoints> sockets);
    /// True if a client is still connecting to `port`: its SYN was not answered, or the answer to
    /// that was dropped, so that it takes itself for connected already. Walks the whole table, so
    /// it is for the rare question only.
    bool anyone_connecting_to(std::uint16_t port);
    /// How many attempts to connect to 127.0.0.1:`port` were dropped so far because the listening
    /// socket's backlog was full; 0 if nobody listens. Those clients' kernels try again.
    std::uint32_t attempts_dropped_at(std::uint16_t port);

private:
    Fd netlink_;
};

}  // namespace checker
