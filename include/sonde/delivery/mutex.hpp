// SPDX-License-Identifier: MIT
// A lock that is cheap to compile, throws nothing, and can be made afresh in a forked child.
#ifndef SONDE_DELIVERY_MUTEX_HPP
#define SONDE_DELIVERY_MUTEX_HPP

#if defined(_WIN32)
#include <mutex>
#else
#include <pthread.h>
#endif

namespace sonde {

/// What `std::mutex` is. With libstdc++ 12 <mutex> is 25,396 preprocessed lines, <pthread.h> 797.
/// *Source*: POSIX.1-2017, pthread_mutex_lock.
/// *Thread safety*: any.
class mutex {
public:
    constexpr mutex() noexcept = default;
    mutex(mutex const&) = delete;  // threads know it by its address
    mutex& operator=(mutex const&) = delete;

#if defined(_WIN32)
    void lock() noexcept { native_.lock(); }
    [[nodiscard]] bool try_lock() noexcept { return native_.try_lock(); }
    void unlock() noexcept { native_.unlock(); }

private:
    std::mutex native_;
#else
    void lock() noexcept { pthread_mutex_lock(&native_); }
    [[nodiscard]] bool try_lock() noexcept { return pthread_mutex_trylock(&native_) == 0; }
    void unlock() noexcept { pthread_mutex_unlock(&native_); }

private:
    pthread_mutex_t native_ = PTHREAD_MUTEX_INITIALIZER;
#endif
};

/// Holds a mutex while it lives.
class [[nodiscard]] mutex_lock {
public:
    explicit mutex_lock(mutex& held) noexcept : held_(held) { held_.lock(); }
    mutex_lock(mutex_lock const&) = delete;  // it is released once
    mutex_lock& operator=(mutex_lock const&) = delete;
    ~mutex_lock() { held_.unlock(); }

private:
    mutex& held_;
};

}  // namespace sonde

#endif
