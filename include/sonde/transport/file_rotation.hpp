// SPDX-License-Identifier: MIT
// Moves a full file out of the way of the next.
#ifndef SONDE_TRANSPORT_FILE_ROTATION_HPP
#define SONDE_TRANSPORT_FILE_ROTATION_HPP

#include <sonde/transport/open_file.hpp>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>

namespace sonde {

/// How a rotation went.
struct rotation_outcome {
    bool moved = false;  ///< the file is not at its path any more, whoever moved it
    int error = 0;       ///< errno of what went wrong
};

/// Renames `path.1` to `path.2` and so on up to `path.max_files`, and the file at `path`, if that is still `current`, to
/// `path.1`. Of several processes one does it; the others go on with the file they have until they see it moved.
/// May throw what allocating throws.
inline rotation_outcome rotate_file(std::string const& path, file_facts const& current, unsigned max_files) {
    // The folder is what they all share and what changes; a lock on the file itself would go away with the file.
    auto const slash = path.rfind('/');
    auto const folder = slash == path.npos ? std::string(".") : path.substr(0, slash == 0 ? 1 : slash);
    open_file const lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock && !lock.lock(LOCK_EX) && errno == EWOULDBLOCK) { return {}; }

    struct stat found{};
    if (::stat(path.c_str(), &found) != 0 || !file_facts::of(found).same_file(current)) {
        return {.moved = true, .error = 0};
    }
    auto const backup = [&](unsigned number) { return path + '.' + std::to_string(number); };
    for (auto number = max_files; number > 1; --number) {
        if (std::rename(backup(number - 1).c_str(), backup(number).c_str()) != 0 && errno != ENOENT) {
            return {.moved = false, .error = errno};
        }
    }
    if (std::rename(path.c_str(), backup(1).c_str()) != 0) { return {.moved = false, .error = errno}; }
    return {.moved = true, .error = 0};
}

}  // namespace sonde

#endif
