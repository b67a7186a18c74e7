// SPDX-License-Identifier: MIT
// Where a path leads, whatever becomes of the working directory.
#ifndef SONDE_TRANSPORT_ABSOLUTE_PATH_HPP
#define SONDE_TRANSPORT_ABSOLUTE_PATH_HPP

#include <cerrno>
#include <string>
#include <unistd.h>

namespace sonde {

/// `path` with the working directory of this moment before it, if it needs one and there is one.
/// May throw what allocating throws.
inline std::string absolute_path(std::string const& path) {
    if (path.starts_with('/')) { return path; }
    std::string folder(256, '\0');
    while (::getcwd(folder.data(), folder.size()) == nullptr) {
        if (errno != ERANGE) { return path; }
        folder.resize(2 * folder.size());
    }
    folder.resize(folder.find('\0'));
    return folder.append("/").append(path);
}

}  // namespace sonde

#endif
