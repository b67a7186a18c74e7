// SPDX-License-Identifier: MIT
// A few names with a text each.
#ifndef SONDE_CONTEXT_TEXT_MAP_HPP
#define SONDE_CONTEXT_TEXT_MAP_HPP

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace sonde {

/// Texts by name, in the order given, packed into one string: for the handful that a run carries, looking through them is
/// as quick as any index, and a std::vector of pairs would cost 3,500 preprocessed lines more with libstdc++ 12.
/// *Thread safety*: as a standard container's.
class text_map {
public:
    struct entry {
        std::string_view key;
        std::string_view value;
    };

    text_map() noexcept = default;
    text_map(std::initializer_list<entry> entries) {
        for (auto const& each : entries) { set(each.key, each.value); }
    }
    /// From a map or a range of pairs of texts.
    template <class Range>
        requires requires(Range const& range) {
            std::string_view(range.begin()->first);
            std::string_view(range.begin()->second);
            range.end();
        }
    text_map(Range const& range) {
        for (auto const& [key, value] : range) { set(key, value); }
    }

    void set(std::string_view key, std::string_view value) {
        std::size_t const sizes[2] = {key.size(), value.size()};
        packed_.append(reinterpret_cast<char const*>(sizes), sizeof sizes).append(key).append(value);
    }

    [[nodiscard]] bool empty() const noexcept { return packed_.empty(); }

    /// The text of this name, the last given; empty when there is none.
    [[nodiscard]] std::string_view find(std::string_view key) const noexcept {
        std::string_view found;
        for_each([&](std::string_view name, std::string_view value) {
            if (name == key) { found = value; }
        });
        return found;
    }

    template <class Visit>
    void for_each(Visit&& visit) const {
        for (std::string_view rest = packed_; !rest.empty();) {
            std::size_t sizes[2];
            std::char_traits<char>::copy(reinterpret_cast<char*>(sizes), rest.data(), sizeof sizes);
            auto const key = rest.substr(sizeof sizes, sizes[0]);
            auto const value = rest.substr(sizeof sizes + sizes[0], sizes[1]);
            visit(key, value);
            rest.remove_prefix(sizeof sizes + sizes[0] + sizes[1]);
        }
    }

private:
    std::string packed_;
};

}  // namespace sonde

#endif
