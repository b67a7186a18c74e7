// SPDX-License-Identifier: MIT
// The sockets that a library opened on our behalf, so that a forked child can part from them.
#ifndef SONDE_TRANSPORT_OPEN_SOCKETS_HPP
#define SONDE_TRANSPORT_OPEN_SOCKETS_HPP

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sonde {

/// Opens sockets, knows them, and closes them; programs started later don't inherit them.
/// *Units and bounds*: 16 at a time; libcurl has two for a connection that is being made, one for each that is kept.
/// *Thread safety*: one thread at a time; `close_all` in a forked child, whatever the parent was doing.
class open_sockets {
public:
    open_sockets() noexcept {
        for (auto& each : sockets_) { each.store(none, std::memory_order_relaxed); }
    }

    /// -1 when there is none to be had, with `errno` set.
    int open(int family, int type, int protocol) noexcept {
        for (auto& each : sockets_) {
            if (each.load(std::memory_order_relaxed) != none) { continue; }
#if defined(SOCK_CLOEXEC)
            auto const socket = ::socket(family, type | SOCK_CLOEXEC, protocol);
#else
            auto const socket = ::socket(family, type, protocol);
            if (socket >= 0) { ::fcntl(socket, F_SETFD, FD_CLOEXEC); }
#endif
            each.store(socket, std::memory_order_relaxed);
            return socket;
        }
        errno = EMFILE;
        return none;
    }

    // The invariant: what is written here is open and ours. So it is forgotten before it is closed: a child forked in
    // between keeps one descriptor too many, which is better than closing whatever has that number by then.
    int close(int socket) noexcept {
        for (auto& each : sockets_) {
            if (each.load(std::memory_order_relaxed) == socket) { each.store(none, std::memory_order_release); }
        }
        return ::close(socket);
    }

    void close_all() noexcept {
        for (auto& each : sockets_) {
            if (auto const socket = each.exchange(none, std::memory_order_relaxed); socket != none) { ::close(socket); }
        }
    }

private:
    static constexpr int none = -1;
    // Atomic so that a forked child, which takes a copy at any moment, sees whole numbers; no other thread reads them.
    std::array<std::atomic<int>, 16> sockets_;
};

}  // namespace sonde

#endif
