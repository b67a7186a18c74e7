// SPDX-License-Identifier: MIT
// An open file of the system: owned, and appended to.
#ifndef SONDE_TRANSPORT_OPEN_FILE_HPP
#define SONDE_TRANSPORT_OPEN_FILE_HPP

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace sonde {

/// What tells one file from another, whatever it is called, and how long it is.
struct file_facts {
    dev_t device = 0;
    ino_t number = 0;
    std::uint64_t size = 0;
    bool regular = false;

    static file_facts of(struct stat const& found) noexcept {
        return {found.st_dev, found.st_ino, static_cast<std::uint64_t>(found.st_size), S_ISREG(found.st_mode)};
    }
    [[nodiscard]] bool same_file(file_facts const& other) const noexcept {
        return device == other.device && number == other.number;
    }
};

/// A file descriptor, closed in the end. Members that fail answer false or less than asked, with `errno` set.
class open_file {
public:
    open_file() noexcept = default;
    explicit open_file(int descriptor) noexcept : descriptor_(descriptor) {}
    open_file(open_file&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    open_file& operator=(open_file other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~open_file() {
        if (descriptor_ >= 0) { ::close(descriptor_); }
    }

    explicit operator bool() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int get() const noexcept { return descriptor_; }

    [[nodiscard]] bool facts(file_facts& found) const noexcept {
        struct stat status{};
        if (::fstat(descriptor_, &status) != 0) { return false; }
        found = file_facts::of(status);
        return true;
    }

    /// How many bytes were written: all, or fewer with `errno` set.
    [[nodiscard]] std::size_t write(std::string_view bytes) const noexcept {
        std::size_t written = 0;
        while (written != bytes.size()) {
            auto const count = ::write(descriptor_, bytes.data() + written, bytes.size() - written);
            if (count > 0) {
                written += static_cast<std::size_t>(count);
            } else if (count == 0) {
                errno = ENOSPC;  // what a device that takes nothing means
                break;
            } else if (errno != EINTR) {
                break;
            }
        }
        return written;
    }

    /// Fills `out` with what stands at `offset`. False if there is less.
    [[nodiscard]] bool read_at(std::uint64_t offset, char* out, std::size_t bytes) const noexcept {
        while (bytes != 0) {
            auto const count = ::pread(descriptor_, out, bytes, static_cast<off_t>(offset));
            if (count == 0 || (count < 0 && errno != EINTR)) { return false; }
            if (count < 0) { continue; }
            out += count;
            offset += static_cast<std::uint64_t>(count);
            bytes -= static_cast<std::size_t>(count);
        }
        return true;
    }

    [[nodiscard]] bool cut_to(std::uint64_t size) const noexcept {
        for (;;) {
            if (::ftruncate(descriptor_, static_cast<off_t>(size)) == 0) { return true; }
            if (errno != EINTR) { return false; }
        }
    }

    /// Whether what was written is on the disk.
    [[nodiscard]] bool sync() const noexcept {
        for (;;) {
            if (::fdatasync(descriptor_) == 0) { return true; }
            if (errno != EINTR) { return false; }
        }
    }

    /// Whether the lock (LOCK_SH or LOCK_EX) was to be had at once.
    [[nodiscard]] bool lock(int kind) const noexcept { return ::flock(descriptor_, kind | LOCK_NB) == 0; }

private:
    int descriptor_ = -1;
};

/// Makes the folders that `path` names before its last slash, as `mkdir -p` does, but writable for nobody else.
inline bool make_folders(std::string path) noexcept {
    for (std::size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
        path[slash] = '\0';
        if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) { return false; }
        path[slash] = '/';
    }
    return true;
}

}  // namespace sonde

#endif
