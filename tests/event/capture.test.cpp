// SPDX-License-Identifier: MIT
// What values of every kind become on the wire, hostile ones included.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/event/capture.hpp>

#include <boost/hana/define_struct.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace {

using sonde::tests::captured;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::watched;

enum class weather : short { sunny, cloudy, odd = 40 };
enum weather_code { calm = 1 };

struct address {
    BOOST_HANA_DEFINE_STRUCT(address, (std::string, street), (std::optional<int>, number));
};
struct customer {
    std::string name;
    address home;
    std::vector<address> others;
    using sonde_members = sonde::members<sonde::member<"name", &customer::name>, sonde::member<"home", &customer::home>,
                                         sonde::member<"others", &customer::others>>;
};

struct formatted {
    int value;
};
struct formatter_throws {};
struct unknown {
    int secret = 1;
};
struct anything {
    template <class T>
    operator T() const {
        return T();
    }
};
struct incomplete;
struct abstract {
    virtual int answer() const = 0;

protected:
    ~abstract() = default;
};
struct concrete final : abstract {
    int answer() const override { return 42; }
};
union either {
    int a;
    float b;
};
struct says_so {
    friend void sonde_capture(sonde::value_writer& writer, says_so const&) { writer.string("said so"); }
};

// A pointer to itself: following it never ends.
struct loop {
    explicit operator bool() const { return true; }
    loop const& operator*() const { return *this; }
    loop const* get() const { return this; }
};
struct tree {
    std::vector<tree> children;
    using sonde_members = sonde::members<sonde::member<"children", &tree::children>>;
};
struct holds_itself {
    std::vector<holds_itself> children;
    auto begin() const { return children.begin(); }
    auto end() const { return children.end(); }
};
struct chain_link {
    int value = 0;
    std::unique_ptr<chain_link> next;
    using sonde_members =
        sonde::members<sonde::member<"value", &chain_link::value>, sonde::member<"next", &chain_link::next>>;
};

// Counts how often it is looked at.
struct looked_at {
    static inline unsigned times = 0;
    friend void sonde_capture(sonde::value_writer& writer, looked_at const&) {
        ++times;
        writer.null();
    }
};
struct twin {
    looked_at here;
    std::shared_ptr<twin> left, right;
    using sonde_members = sonde::members<sonde::member<"here", &twin::here>, sonde::member<"left", &twin::left>,
                                         sonde::member<"right", &twin::right>>;
};
struct in_tuples {
    BOOST_HANA_DEFINE_STRUCT(in_tuples, (looked_at, here),
                             (std::tuple<std::shared_ptr<in_tuples>, std::shared_ptr<in_tuples>>, children));
};

// As Qt's maps: their iterators are at the values.
struct range_of_values {
    using key_type = std::string;
    using mapped_type = int;
    std::vector<int> values{1, 2};
    auto begin() const { return values.begin(); }
    auto end() const { return values.end(); }
};
struct range_of_entries : range_of_values {
    std::vector<std::pair<std::string, int>> entries{{"a", 1}, {"b", 2}};
    auto begin() const { return entries.begin(); }
    auto end() const { return entries.end(); }
};

struct bad_iterator {
    using iterator_category = std::forward_iterator_tag;
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    using pointer = int const*;
    using reference = int const&;
    int const* at = nullptr;
    reference operator*() const { return *at; }
    bad_iterator& operator++() { return ++at, *this; }
    bad_iterator operator++(int) { return bad_iterator{at++}; }
    bool operator==(bad_iterator const&) const = default;
};
struct endless {
    static constexpr int element = 7;
    struct iterator : bad_iterator {
        iterator& operator++() { return *this; }
        iterator operator++(int) { return *this; }
        bool operator==(iterator const&) const { return false; }
    };
    iterator begin() const { return {{&element}}; }
    iterator end() const { return {{&element}}; }
};
struct volatile_things {
    bool volatile flag = true;
    int volatile number = -3;
    using sonde_members = sonde::members<sonde::member<"flag", &volatile_things::flag>,
                                         sonde::member<"number", &volatile_things::number>>;
};
struct unterminated {
    char narrow[3] = {'a', 'b', 'c'};
    char16_t wide[3] = {u'd', u'e', u'f'};
    wchar_t short_one[8] = L"gh";
    using sonde_members =
        sonde::members<sonde::member<"narrow", &unterminated::narrow>, sonde::member<"wide", &unterminated::wide>,
                       sonde::member<"short_one", &unterminated::short_one>>;
};
struct buffer {
    char* data = nullptr;
    std::size_t size = 0;
    using sonde_members = sonde::members<sonde::member<"data", &buffer::data>, sonde::member<"size", &buffer::size>>;
};
struct text_of_length {
    BOOST_HANA_DEFINE_STRUCT(text_of_length, (char const*, text), (bool, owned), (unsigned, bytes));
};
struct titled {
    char const* title = nullptr;
    wchar_t const* wide = nullptr;
    double weight = 0;
    address const* home = nullptr;
    using sonde_members =
        sonde::members<sonde::member<"title", &titled::title>, sonde::member<"wide", &titled::wide>,
                       sonde::member<"weight", &titled::weight>, sonde::member<"home", &titled::home>>;
};
struct holds_endless {
    std::ranges::iota_view<std::int64_t, std::int64_t> secret{0, std::int64_t{1} << 60};
    int after = 1;
    using sonde_members =
        sonde::members<sonde::member<"secret", &holds_endless::secret>, sonde::member<"after", &holds_endless::after>>;
};

}  // namespace

template <>
struct fmt::formatter<formatted> : fmt::formatter<int> {
    auto format(formatted const& value, fmt::format_context& context) const {
        return fmt::formatter<int>::format(value.value, context);
    }
};
template <>
struct fmt::formatter<formatter_throws> : fmt::formatter<int> {
    auto format(formatter_throws const&, fmt::format_context& context) const -> decltype(context.out()) {
#if defined(__cpp_exceptions)
        throw fmt::format_error("no");
#else
        return context.out();
#endif
    }
};

TEST_CASE("numbers keep their value") {
    CHECK(captured(true) == true);
    CHECK(captured((std::numeric_limits<std::int64_t>::min)()) == (std::numeric_limits<std::int64_t>::min)());
    CHECK(captured((std::numeric_limits<std::uint64_t>::max)()) == (std::numeric_limits<std::uint64_t>::max)());
    CHECK(captured(static_cast<short>(-5)) == -5);
    CHECK(captured(static_cast<unsigned char>(200)) == 200);
    CHECK(captured(std::byte{7}) == 7);
    CHECK(captured(0.1) == 0.1);
    CHECK(captured(0.1F).get<float>() == 0.1F);
    CHECK(captured(std::numeric_limits<double>::denorm_min()) == std::numeric_limits<double>::denorm_min());
    CHECK(captured(std::numeric_limits<double>::quiet_NaN()).is_null());
    CHECK(captured(-std::numeric_limits<float>::infinity()).is_null());
    CHECK(captured(2.5L) == 2.5);
}

TEST_CASE("text is UTF-8, whatever it was") {
    CHECK(captured(std::string("a\0b", 3)) == std::string("a\0b", 3));
    CHECK(captured("literal") == "literal");
    CHECK(captured(static_cast<char const*>(nullptr)).is_null());
    CHECK(captured('x') == "x");
    CHECK(captured(static_cast<char>(0xFF)) == "\xEF\xBF\xBD");
    CHECK(captured(std::u8string(u8"äö")) == "äö");
    CHECK(captured(std::u16string(u"ä\U0001F600")) == "ä😀");
    CHECK(captured(std::u32string(U"ä\U0001F600")) == "ä😀");
    CHECK(captured(std::wstring(L"ä")) == "ä");
    CHECK(captured(u"literal") == "literal");
    CHECK(captured(static_cast<wchar_t const*>(nullptr)).is_null());
    CHECK(captured(u'ä') == "ä");
    CHECK(captured(std::u16string{u'a', char16_t{0xD800}, u'b', char16_t{0xDC00}}) == "a\xEF\xBF\xBD"
                                                                                      "b\xEF\xBF\xBD");
    CHECK(captured(std::u16string{char16_t{0xD83D}}) == "\xEF\xBF\xBD");
    CHECK(captured(std::u32string{char32_t{0xD800}, char32_t{0x110000}}) == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(captured(std::string("\xED\xA0\x80")).get<std::string>().find("\xEF\xBF\xBD") == 0);
    unterminated const fixed;
    CHECK(captured(fixed) == json{{"narrow", "abc"}, {"wide", "def"}, {"short_one", "gh"}});
}

TEST_CASE("enumerators have their names where known") {
    CHECK(captured(weather::cloudy) == "cloudy");
    CHECK(captured(weather::odd) == "odd");
    CHECK(captured(weather{17}) == 17);
    CHECK(captured(weather{-9}) == -9);
    CHECK(captured(calm) == 1);
}

TEST_CASE("what may be nothing is null or what it holds") {
    CHECK(captured(nullptr).is_null());
    CHECK(captured(std::shared_ptr<int[]>(new int[0])).contains("type"));
    CHECK(captured(std::shared_ptr<int[2]>(new int[2]{1, 2})).contains("type"));
    CHECK(captured(std::unique_ptr<int[]>(new int[0])).contains("type"));
    CHECK(captured(std::optional<int>()).is_null());
    CHECK(captured(std::optional(3)) == 3);
    CHECK(captured(std::optional(std::optional<int>())).is_null());
    CHECK(captured(std::optional(std::optional(4))) == 4);
    CHECK(captured(std::make_unique<int>(5)) == 5);
    CHECK(captured(std::shared_ptr<std::string>()).is_null());
    CHECK(captured(std::make_shared<std::vector<int>>(2, 1)) == json{1, 1});
    int number = 6;
    CHECK(captured(&number) == 6);
    CHECK(captured(static_cast<int*>(nullptr)).is_null());
    int* pointer = &number;
    CHECK(captured(&pointer).contains("type"));  // whoever gets it may be the one to set it
    CHECK(captured(std::ref(number)) == 6);
    CHECK(captured(std::monostate{}).is_null());
    CHECK(captured(std::variant<int, std::string>("text")) == "text");
    CHECK(captured(std::variant<std::monostate, int>()).is_null());
    concrete const object;
    abstract const* const base = &object;
    CHECK(captured(base).contains("type"));
}

// Each of these points to memory in which reading ends where a sanitizer would stop it.
TEST_CASE("pointers within a value are not read, but for text that stands alone") {
    std::vector<char> letters(8, 'x');
    std::vector<int> const none;
    json const unread_text{{"type", sonde::meta::type_name<char const*>()}};
    json const unread_buffer{{"type", sonde::meta::type_name<char*>()}};
    json const unread_number{{"type", sonde::meta::type_name<int const*>()}};
    char const* const text = letters.data();

    CHECK(captured(buffer{letters.data(), 8}) == json{{"data", unread_buffer}, {"size", 8}});
    CHECK(captured(buffer{}) == json{{"data", nullptr}, {"size", 0}});
    text_of_length bounded{};
    bounded.text = text;
    bounded.bytes = 8;
    CHECK(captured(bounded) == json{{"text", unread_text}, {"owned", false}, {"bytes", 8}});
    address const home{"High St", 7};
    CHECK(captured(titled{"Dr", L"ä", 1.5, &home}) ==
          json{{"title", "Dr"},
               {"wide", "ä"},
               {"weight", 1.5},
               {"home", {{"type", sonde::meta::type_name<address const*>()}}}});
    CHECK(captured(titled{})["home"].is_null());

    CHECK(captured(std::pair(none.data() + none.size(), none.data())) == json::array({nullptr, nullptr}));
    std::vector<int> const some(3);
    auto const* const end = some.data() + some.size();
    CHECK(captured(std::pair(end, end)) == json::array({unread_number, unread_number}));
    CHECK(captured(std::vector{end}) == json::array({unread_number}));
    CHECK(captured(std::optional(end)) == unread_number);
    CHECK(captured(std::pair(text, text + 8)) == json::array({unread_text, unread_text}));
    CHECK(captured(std::pair(text, std::size_t{8})) == json::array({unread_text, 8}));
    CHECK(captured(std::tuple(8U, true, text)) == json::array({8, true, unread_text}));
    CHECK(captured(std::tuple(letters.data(), "x")) == json::array({unread_buffer, unread_text}));

    CHECK(captured(std::tuple("x", 1, 2.5)) == json::array({"x", 1, 2.5}));
    CHECK(captured(std::vector<char const*>{"a", nullptr}) == json::array({"a", nullptr}));
    CHECK(captured(std::optional<char const*>("a")) == "a");
}

TEST_CASE("ranges, maps, tuples and structs have their shape") {
    CHECK(captured(std::vector<int>{}) == json::array());
    CHECK(captured(std::vector<bool>{true, false}) == json{true, false});
    CHECK(captured(std::array{1.5, 2.5}) == json{1.5, 2.5});
    CHECK(captured(std::list<std::string>{"a"}) == json{"a"});
    CHECK(captured(std::deque<char>{'a'}) == json{"a"});
    CHECK(captured(std::set<int>{2, 1}) == json{1, 2});
    CHECK(captured(std::forward_list<int>{4}) == json{4});
    int const row[]{1, 2};
    CHECK(captured(row) == json{1, 2});
    CHECK(captured(std::span<int const>(row)) == json{1, 2});
    int const grid[2][2]{{1, 2}, {3, 4}};
    CHECK(captured(grid) == json{{1, 2}, {3, 4}});
    CHECK(captured(std::map<std::string, int>{{"a", 1}, {"b", 2}}) == json{{"a", 1}, {"b", 2}});
    CHECK(captured(std::unordered_map<std::string, std::vector<int>>{{"k", {1}}}) == json{{"k", {1}}});
    CHECK(captured(std::map<int, char>{{1, 'x'}}) == json::array({json::array({1, "x"})}));
    CHECK(captured(std::pair(1, "x")) == json::array({1, "x"}));
    CHECK(captured(std::tuple<>()) == json::array());
    CHECK(captured(boost::hana::make_tuple()) == json::array());
    CHECK(captured(boost::hana::make_tuple(1, "x", std::optional<bool>(true))) == json::array({1, "x", true}));
    CHECK(captured(boost::hana::make_pair(1, boost::hana::make_tuple(2))) == json::array({1, json::array({2})}));
    CHECK(captured(std::tuple(1, std::tuple(true))) == json::array({1, json::array({true})}));
    CHECK(captured(std::views::iota(0, 3)) == json{0, 1, 2});
    customer const someone{"Jane", {"High St", 7}, {{"Low St", {}}}};
    CHECK(captured(someone) == json{{"name", "Jane"},
                                    {"home", {{"street", "High St"}, {"number", 7}}},
                                    {"others", {{{"street", "Low St"}, {"number", nullptr}}}}});
}

TEST_CASE("maps are objects where every member has a key of its own") {
    CHECK(captured(range_of_values{}) == json{1, 2});
    CHECK(captured(range_of_entries{}) == json{{"a", 1}, {"b", 2}});
    auto const twice = json::array({json::array({"a", 1}), json::array({"a", 2})});
    CHECK(captured(std::multimap<std::string, int>{{"a", 1}, {"a", 2}}) == twice);
    CHECK(captured(std::unordered_multimap<std::string, int>{{"a", 1}}) == json::array({json::array({"a", 1})}));
    CHECK(captured(std::map<char const*, int>{{nullptr, 1}}) == json{{"", 1}});

    // Keys that are no UTF-8 may become alike.
    CHECK(captured(std::map<std::string, int>{{"\xFE", 1}, {"b\xFF", 2}}) ==
          json{{"\xEF\xBF\xBD", 1}, {"b\xEF\xBF\xBD", 2}});
    CHECK(captured(std::map<std::string, int>{{"\xFE", 1}, {"\xFF", 2}}) ==
          json::array({json::array({"\xEF\xBF\xBD", 1}), json::array({"\xEF\xBF\xBD", 2})}));
    auto mon = watched();
    sonde::monitored<"f">(mon, [](int) { return std::map<std::string, int>{{"\xFE", 1}, {"\xFF", 2}}; })(1);
    CHECK(last_event(mon)["output_data"]["items"].size() == 2);

    std::multimap<std::string, int> const secrets{{"TOKEN", 1}, {"other", 2}};
    sonde::monitored<"f", sonde::redact<"token">>(mon, [](std::multimap<std::string, int> const&) {})(secrets);
    CHECK(last_event(mon)["input_data"]["arg0"] ==
          json::array({json::array({"TOKEN", "[REDACTED]"}), json::array({"other", 2})}));
}

TEST_CASE("times have their unit, and moments are UTC") {
    using namespace std::chrono_literals;
    CHECK(captured(350ms) == "350ms");
    CHECK(captured(-3ns) == "-3ns");
    CHECK(captured(2min) == "2min");
    CHECK(captured(std::chrono::duration<double>(1.5)) == "1.5s");
    CHECK(captured(std::chrono::duration<int, std::ratio<1, 30>>(7)) == "7[1/30]s");
    CHECK(captured(std::chrono::duration<int, std::ratio<7>>(2)) == "2[7]s");
    CHECK(captured(std::chrono::duration<long long, std::ratio<86400>>(3)) == "3d");
    CHECK(captured(std::chrono::system_clock::time_point(1'792'152'000s)) == "2026-10-16T12:00:00.000000Z");
    CHECK(captured(std::chrono::time_point<std::chrono::system_clock, std::chrono::hours>((std::chrono::hours::max)()))
              .is_string());
    CHECK(captured(std::chrono::steady_clock::time_point(5ns)) == "5ns");
}

TEST_CASE("what fmt formats is text, and what nobody knows is its type") {
    CHECK(captured(formatted{5}) == "5");
    CHECK(captured(unknown{})["type"].get<std::string>().find("unknown") != std::string::npos);
    CHECK(captured(says_so{}) == "said so");
    CHECK(captured(anything{}).contains("type"));
    CHECK(captured(either{1}).contains("type"));
    CHECK(captured(std::function<void()>()).contains("type"));
    CHECK(captured(std::atomic<int>(3)).is_object());
    CHECK(captured(&customer::name).is_object());
    CHECK(captured(std::weak_ptr<int>()).contains("type"));
    CHECK(captured([] {}).contains("type"));
}

TEST_CASE("arguments of any type decorate and are called") {
    auto mon = watched();
    concrete object;
    bool volatile flag = true;
    int volatile number = 4;
    char volatile letters[2] = {'a', 'b'};
    auto const last = [&] { return last_event(mon)["input_data"]["arg0"]; };
    sonde::monitored<"f">(mon, [](abstract& one) { return one.answer(); })(object);
    CHECK(last().contains("type"));
    sonde::monitored<"f">(mon, [](incomplete*) {})(nullptr);
    CHECK(last().is_null());
    sonde::monitored<"f">(mon, [](incomplete& one) { return &one; })(reinterpret_cast<incomplete&>(object));
    CHECK(last().contains("type"));
    sonde::monitored<"f">(mon, [](bool volatile&) {})(flag);
    CHECK(last() == true);
    sonde::monitored<"f">(mon, [](int volatile&) {})(number);
    CHECK(last() == 4);
    sonde::monitored<"f">(mon, [](char volatile(&)[2]) {})(letters);
    unknown volatile thing;
    sonde::monitored<"f">(mon, [](unknown volatile&) {})(thing);
    CHECK(last().contains("type"));
    sonde::monitored<"f">(mon, [](void (&)()) {})(*+[] {});
    CHECK(last().is_object());
    sonde::monitored<"f">(mon, [](void*) {})(&object);
    sonde::monitored<"f">(mon, [](void (*)(int)) {})(nullptr);
    sonde::monitored<"f">(mon, [](int (unknown::*)()) {})(nullptr);
    sonde::monitored<"f">(mon, [](std::shared_ptr<void>) {})(nullptr);
    sonde::monitored<"f">(mon, [](std::unique_ptr<int[]>) {})(nullptr);
    std::unique_ptr<incomplete, void (*)(incomplete*)> unseen(nullptr, [](incomplete*) {});
    sonde::monitored<"f">(mon, [](std::unique_ptr<incomplete, void (*)(incomplete*)>&) {})(unseen);
    sonde::monitored<"f">(mon, [](std::filesystem::path const&) {})("/tmp");
    sonde::monitored<"f">(mon, [](int volatile*) {})(&number);
    CHECK(last() == 4);
    CHECK(mon.sink().size() == 16);
    CHECK(captured(volatile_things{}) == json{{"flag", true}, {"number", -3}});
}

TEST_CASE("a range that can be gone through once only is left alone") {
    auto mon = watched();
    std::istringstream text("1 2 3");
    auto words = std::ranges::subrange(std::istream_iterator<int>(text), std::istream_iterator<int>());
    auto const sum = sonde::monitored<"sum">(mon, [](auto range) {
        int total = 0;
        for (auto each : range) { total += each; }
        return total;
    });
    CHECK(sum(words) == 6);
    CHECK(last_event(mon)["input_data"]["arg0"].is_object());
}

TEST_CASE("ranges that would run the program's code are left alone") {
    auto mon = watched();
    std::vector<int> const numbers{1, 2, 3};
    unsigned runs = 0;
    auto const argument = [&](auto const& range) {
        sonde::monitored<"f">(mon, [](auto const&) {})(range);
        return last_event(mon)["input_data"]["arg0"];
    };
    CHECK(argument(numbers | std::views::transform([&](int one) { return ++runs, one; })).contains("type"));
    CHECK(argument(numbers | std::views::transform([&](int const& one) -> int const& { return ++runs, one; }))
              .contains("type"));
    CHECK(argument(numbers | std::views::take_while([&](int) { return ++runs != 0; })).contains("type"));
    auto transformed = numbers | std::views::transform([&](int one) { return ++runs, one; });
    CHECK(argument(std::ranges::subrange(transformed.begin(), transformed.end())).contains("type"));
    CHECK(runs == 0);

    CHECK(argument(std::views::all(numbers)) == json{1, 2, 3});
    CHECK(argument(numbers | std::views::reverse) == json{3, 2, 1});
    CHECK(argument(std::ranges::subrange(numbers.begin() + 1, numbers.end())) == json{2, 3});
    CHECK(argument(std::initializer_list<int>{1, 2}) == json{1, 2});
}

TEST_CASE("ranges without end end, in bounded memory") {
    CHECK(captured(std::views::iota(0)).contains("type"));
    CHECK(captured(endless{})["truncated"] == true);
    CHECK(captured(std::views::iota(std::int64_t{0}, std::int64_t{1} << 60))["truncated"] == true);
    auto const cut = captured(std::vector<int>(100'000, 7));
    CHECK(cut["truncated"] == true);
    CHECK(cut["bytes"] == 200'001);
    CHECK(cut["head"].get<std::string>().size() <= 65'536);
    auto const map = std::map<std::string, std::string>{{std::string(200'000, 'k'), std::string(200'000, 'v')}};
    CHECK(captured(map).is_object());

    auto mon = watched();
    sonde::monitored<"f", sonde::redact<"SECRET">>(mon, [](holds_endless const&) {})({});
    CHECK(last_event(mon)["input_data"]["arg0"] == json{{"secret", "[REDACTED]"}, {"after", 1}});
}

TEST_CASE("values as deep as can be are cut where they go too deep") {
    CHECK(captured(loop{}).contains("type"));
    tree root;
    for (int i = 0; i < 10'000; ++i) {
        tree outer;
        outer.children.push_back(std::move(root));
        root = std::move(outer);
    }
    CHECK(captured(root)["children"][0]["children"][0].is_object());
    CHECK(captured(holds_itself{}).contains("type"));
    chain_link first;
    auto* last = &first;
    for (int i = 0; i < 10'000; ++i) {
        last->next = std::make_unique<chain_link>();
        last = last->next.get();
    }
    CHECK(captured(first)["next"]["next"]["value"] == 0);
    while (first.next) { first.next = std::move(first.next->next); }  // or the destructor goes 10,000 deep
    while (!root.children.empty()) {
        auto inner = std::move(root.children.front());
        root = std::move(inner);
    }
}

TEST_CASE("what leads to itself, or to the same in ever more ways, ends soon") {
    auto const check = [](json const& seen) {
        CHECK(seen["truncated"] == true);
        CHECK(seen["bytes"] > 65'536);
        CHECK(looked_at::times < 400'000);
        looked_at::times = 0;
    };
    auto const first = std::make_shared<twin>(), second = std::make_shared<twin>();
    first->left = first->right = second;
    second->left = second->right = first;
    check(captured(first));
    first->left = first->right = nullptr;

    auto shared = std::make_shared<twin>();
    for (int level = 0; level < 64; ++level) { shared = std::make_shared<twin>(twin{{}, shared, shared}); }
    check(captured(*shared));

    auto const tuples = std::make_shared<in_tuples>();
    tuples->children = {tuples, tuples};
    check(captured(*tuples));
    tuples->children = {};

    // Many values that take a byte each as they are kept.
    auto const nothing = captured(std::vector<std::optional<int>>(500'000));
    CHECK(nothing["truncated"] == true);
    CHECK(nothing["bytes"] > 65'536);
}

#if defined(__cpp_exceptions)
namespace {
struct throwing_range {
    bad_iterator begin() const { throw 1; }
    bad_iterator end() const { return {}; }
};
struct throws_midway {
    static constexpr int numbers[3] = {1, 2, 3};
    struct iterator : bad_iterator {
        iterator& operator++() { throw std::string("midway"); }
        iterator operator++(int) { throw std::string("midway"); }
    };
    iterator begin() const { return {{numbers}}; }
    iterator end() const { return {{numbers + 3}}; }
};
struct throws_when_made {
    throws_when_made() = default;
    throws_when_made(throws_when_made const&) { throw 1; }
    throws_when_made& operator=(throws_when_made const&) = default;
};
}  // namespace

TEST_CASE("values that throw while they are looked at are their type") {
    CHECK(captured(formatter_throws{}).contains("type"));
    CHECK(captured(throwing_range{}).contains("type"));
    CHECK(captured(throws_midway{}).contains("type"));
    CHECK(captured(std::vector<throws_midway>(2)).contains("type"));
    std::variant<int, throws_when_made> valueless;
    try {
        valueless.emplace<1>(throws_when_made());
    } catch (int) {}
    REQUIRE(valueless.valueless_by_exception());
    CHECK(captured(valueless).is_null());
}
#endif
