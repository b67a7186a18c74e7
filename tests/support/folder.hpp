// SPDX-License-Identifier: MIT
// A folder of a test's own, and the files in it.
#ifndef SONDE_TESTS_SUPPORT_FOLDER_HPP
#define SONDE_TESTS_SUPPORT_FOLDER_HPP

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <vector>

namespace sonde::tests {

/// Made empty, and removed in the end.
class folder {
public:
    folder() {
        std::string name = (std::filesystem::temp_directory_path() / "sonde-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    folder(folder const&) = delete;  // it is removed once
    folder& operator=(folder const&) = delete;
    ~folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + '/' + std::string(name); }
    [[nodiscard]] std::string const& path() const { return path_; }

    /// The names in it, sorted.
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (auto const& each : std::filesystem::directory_iterator(path_)) {
            found.push_back(each.path().filename().string());
        }
        std::sort(found.begin(), found.end());
        return found;
    }

private:
    std::string path_;
};

inline std::string content(std::string const& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write(std::string const& path, std::string_view text) {
    std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::vector<std::string> lines(std::string const& path) {
    std::vector<std::string> found;
    std::istringstream text(content(path));
    for (std::string line; std::getline(text, line);) { found.push_back(line); }
    return found;
}

}  // namespace sonde::tests

#endif
