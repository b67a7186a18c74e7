// SPDX-License-Identifier: MIT
// The folder of the spool: made when needed, looked through, and safe against what others put there.
#ifndef SONDE_DELIVERY_SPOOL_FOLDER_HPP
#define SONDE_DELIVERY_SPOOL_FOLDER_HPP

#include <sonde/delivery/spool_name.hpp>
#include <sonde/transport/absolute_path.hpp>
#include <sonde/transport/open_file.hpp>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sonde {

/// A file of the spool as the folder has it.
struct spool_file {
    spool_name name;
    std::uint64_t bytes = 0;
};

/// Sees only regular files of this user that are called as those of the spool: in a folder that others can write to,
/// somebody else's would else be sent with this program's key. A symbolic link in the folder is never followed; one to the
/// folder only if root or this user made it.
/// *Errors*: false, or no file, with `errno` set. May throw what allocating throws.
class spool_folder {
public:
    explicit spool_folder(std::string const& path) : path_(absolute_path(path)) {}

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    /// Whether the folder is there and open. One that was removed is looked for again.
    [[nodiscard]] bool open() noexcept {
        struct stat found{};
        if (folder_ && ::fstat(folder_.get(), &found) == 0 && found.st_nlink != 0) { return true; }
        folder_ = {};
        struct stat link{};
        if (::lstat(path_.c_str(), &link) != 0) { return false; }
        auto const followed = S_ISLNK(link.st_mode) && (link.st_uid == 0 || link.st_uid == ::geteuid());
        folder_ = open_file(
            ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | (followed ? 0 : O_NOFOLLOW)));
        return static_cast<bool>(folder_);
    }

    /// The same; a folder that is not there is made, for this user alone.
    [[nodiscard]] bool open_or_make() {
        if (open()) { return true; }
        if (errno != ENOENT || !make_folders(path_)) { return false; }
        return (::mkdir(path_.c_str(), 0700) == 0 || errno == EEXIST) && open();
    }

    void close() noexcept { folder_ = {}; }

    /// The files of the spool, sorted by name.
    [[nodiscard]] bool list(std::vector<spool_file>& found) const {
        found.clear();
        auto const descriptor = ::openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        auto* const entries = descriptor < 0 ? nullptr : ::fdopendir(descriptor);
        if (entries == nullptr) {
            if (descriptor >= 0) { ::close(descriptor); }
            return false;
        }
        struct closing {
            DIR* open;
            ~closing() { ::closedir(open); }
        } const closed{entries};
        while (auto const* const entry = ::readdir(entries)) {
            spool_file file;
            struct stat status{};
            if (file.name.read(entry->d_name) &&
                ::fstatat(folder_.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
                status.st_uid == ::geteuid()) {
                file.bytes = static_cast<std::uint64_t>(status.st_size);
                found.push_back(file);
            }
        }
        if (!found.empty()) {
            // Not std::sort: <algorithm> is much to compile for this.
            std::qsort(found.data(), found.size(), sizeof found[0], [](void const* a, void const* b) {
                auto const order = static_cast<spool_file const*>(a)->name <=> static_cast<spool_file const*>(b)->name;
                return order < 0 ? -1 : order > 0 ? 1 : 0;
            });
        }
        return true;
    }

    /// A new file, to append to and locked. None if there is one of that name, or somebody has it already: `EAGAIN`.
    [[nodiscard]] open_file make(spool_name const& name) const noexcept {
        constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
        open_file file(::openat(folder_.get(), name.text(), flags, 0600));
        if (!file) {
            if (errno == EEXIST) { errno = EAGAIN; }
            return file;
        }
        // Until it is locked, who finds it empty may take it for left over, and remove it.
        if (file.lock(LOCK_EX)) {
            if (is_linked(file)) { return file; }
            errno = EAGAIN;
        } else if (errno != EWOULDBLOCK) {  // else that one removes it
            auto const cause = errno;
            remove(name);
            errno = cause;
        }
        return {};
    }

    /// A file that is there, to read and to change in place.
    [[nodiscard]] open_file open(spool_name const& name) const noexcept {
        constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
        open_file file(::openat(folder_.get(), name.text(), flags));
        struct stat found{};
        if (file && ::fstat(file.get(), &found) == 0 && S_ISREG(found.st_mode) && found.st_uid == ::geteuid()) {
            return file;
        }
        if (file) { errno = EPERM; }
        return {};
    }

    /// Whether it is gone.
    bool remove(spool_name const& name) const noexcept {
        return ::unlinkat(folder_.get(), name.text(), 0) == 0 || errno == ENOENT;
    }

    [[nodiscard]] static bool is_linked(open_file const& file) noexcept {
        struct stat found{};
        return ::fstat(file.get(), &found) == 0 && found.st_nlink != 0;
    }

private:
    std::string path_;
    open_file folder_;
};

}  // namespace sonde

#endif
