// SPDX-License-Identifier: MIT
// Named values, as a program writes them by hand: `"order_id"_f = id`, `sonde::output("answer"_f = a)`.
#ifndef SONDE_EVENT_NAMED_HPP
#define SONDE_EVENT_NAMED_HPP

#include <sonde/meta/fixed_string.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace sonde {

/// A value with the name it goes by. It refers to the value: it is for the expression it stands in.
template <fixed_string Name, class Value>
struct named {
    static constexpr auto name = Name;
    Value const& value;
};

template <fixed_string Name>
struct field_name {
    template <class Value>
    constexpr named<Name, Value> operator=(Value const& value) const noexcept {
        return {value};
    }
};

namespace literals {
/// `"order_id"_f = id`
template <fixed_string Name>
constexpr field_name<Name> operator""_f() noexcept {
    return {};
}
}  // namespace literals

/// Fields that go to `output_data`.
template <class... Named>
struct output_fields {
    std::tuple<Named...> fields;
};

/// Fields that go to `metadata`.
template <class... Named>
struct metadata_fields {
    std::tuple<Named...> fields;
};

struct cost_field {
    double usd;
};

namespace event_impl {
template <class Type>
inline constexpr bool is_named = false;
template <fixed_string Name, class Value>
inline constexpr bool is_named<named<Name, Value>> = true;
}  // namespace event_impl

/// A named value: what `"name"_f = value` makes.
template <class Type>
concept named_value = event_impl::is_named<std::remove_cvref_t<Type>>;

template <named_value... Named>
constexpr output_fields<Named...> output(Named... fields) noexcept {
    return {{fields...}};
}
template <named_value... Named>
constexpr metadata_fields<Named...> metadata(Named... fields) noexcept {
    return {{fields...}};
}
/// What it cost, in US dollars.
constexpr cost_field cost_usd(double usd) noexcept { return {usd}; }

}  // namespace sonde

#endif
