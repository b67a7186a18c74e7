// SPDX-License-Identifier: MIT
// Options that the environment may give too.
#ifndef SONDE_SINK_SETTING_HPP
#define SONDE_SINK_SETTING_HPP

#include <sonde/event/exception.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sonde {

/// An option as it is found: what the program gives beats the environment, and that beats the default. A variable that is
/// set to nothing is not set.
/// *Errors*: `config_error`, which names the field, or the variable that the value came from, the value and the bounds.
/// *Thread safety*: as `std::getenv`'s.
struct setting {
    std::string_view field;  ///< "batch_size"
    char const* variable;    ///< "SONDE_BATCH_SIZE"

    [[nodiscard]] std::string_view from_environment() const noexcept {
        auto const* const found = std::getenv(variable);
        return found == nullptr ? std::string_view{} : std::string_view(found);
    }

    [[nodiscard]] std::string text(std::string given, std::string_view otherwise) const {
        if (!given.empty()) { return given; }
        auto const found = from_environment();
        return std::string(found.empty() ? otherwise : found);
    }

    [[nodiscard]] std::uint64_t number(std::optional<std::uint64_t> given, std::uint64_t otherwise, std::uint64_t least,
                                       std::uint64_t most) const {
        auto const bounds = [&] { return std::to_string(least) + " to " + std::to_string(most); };
        auto const found = from_environment();
        if (given || found.empty()) {
            auto const value = given.value_or(otherwise);
            if (value < least || value > most) { raise(config_error(field, std::to_string(value), bounds())); }
            return value;
        }
        std::uint64_t value = 0;
        auto const [end, error] = std::from_chars(found.data(), found.data() + found.size(), value);
        if (error != std::errc{} || end != found.data() + found.size() || value < least || value > most) {
            raise(config_error(variable, found, bounds()));
        }
        return value;
    }

    /// In the environment in seconds: `5`, `0.25`.
    [[nodiscard]] std::chrono::milliseconds duration(std::optional<std::chrono::milliseconds> given,
                                                     std::chrono::milliseconds otherwise,
                                                     std::chrono::milliseconds least,
                                                     std::chrono::milliseconds most) const {
        auto const bounds = [&] { return seconds(least) + " to " + seconds(most) + " s"; };
        auto const found = from_environment();
        if (given || found.empty()) {
            auto const value = given.value_or(otherwise);
            if (value < least || value > most) { raise(config_error(field, seconds(value) + " s", bounds())); }
            return value;
        }
        auto const value = milliseconds_in(found);
        if (!value || *value < least || *value > most) { raise(config_error(variable, found, bounds())); }
        return *value;
    }

    /// In the environment `1`, `true`, `yes` or `on`, and `0`, `false`, `no` or `off`, in whatever case.
    [[nodiscard]] bool flag(std::optional<bool> given, bool otherwise) const {
        auto const found = from_environment();
        if (given || found.empty()) { return given.value_or(otherwise); }
        std::string lower(found);
        for (auto& each : lower) { each = each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each; }
        for (auto const* yes : {"1", "true", "yes", "on"}) {
            if (lower == yes) { return true; }
        }
        for (auto const* no : {"0", "false", "no", "off"}) {
            if (lower == no) { return false; }
        }
        raise(config_error(variable, found, "1, true, yes or on; 0, false, no or off"));
    }

    /// In the environment with commas between.
    [[nodiscard]] std::vector<std::string> list(std::vector<std::string> given) const {
        if (!given.empty()) { return given; }
        for (auto rest = from_environment(); !rest.empty();) {
            auto const comma = rest.find(',');
            auto item = rest.substr(0, comma);
            while (item.starts_with(' ')) { item.remove_prefix(1); }
            while (item.ends_with(' ')) { item.remove_suffix(1); }
            if (!item.empty()) { given.emplace_back(item); }
            rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
        }
        return given;
    }

private:
    static std::string seconds(std::chrono::milliseconds duration) {
        auto const count = duration.count();
        auto text = std::to_string(count / 1000);
        if (count % 1000 != 0) {
            text += '.' + std::to_string(1000 + (count < 0 ? -count : count) % 1000).substr(1);
            while (text.back() == '0') { text.pop_back(); }
        }
        return text;
    }
    // Digits, with up to three of them behind a point. Up to some 30 years.
    static std::optional<std::chrono::milliseconds> milliseconds_in(std::string_view text) noexcept {
        std::int64_t value = 0;
        int decimals = -1;
        for (char const each : text) {
            if (each == '.' && decimals < 0) {
                decimals = 0;
            } else if (each < '0' || each > '9' || decimals == 3 || value > 1'000'000'000'000) {
                return {};
            } else {
                value = value * 10 + (each - '0');
                decimals += decimals >= 0;
            }
        }
        if (text.empty() || text == ".") { return {}; }
        for (auto scale = decimals < 0 ? 0 : decimals; scale < 3; ++scale) { value *= 10; }
        return std::chrono::milliseconds(value);
    }
};

}  // namespace sonde

#endif
