// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_section.hpp>
#include <sonde/event/value_writer.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using sonde::section;
using sonde::tests::captured;
using sonde::tests::json;

std::string text_of(sonde::fields const& first, sonde::fields const& more = {}, std::size_t max_value_bytes = 65'536) {
    std::string out;
    sonde::text_writer writer(out);
    sonde::write_json_section(writer, first, more, max_value_bytes);
    writer.finish();
    return out;
}

json of(captured const& fields, std::size_t max_value_bytes = 65'536) {
    return json::parse(text_of(fields.in(section::output), {}, max_value_bytes));
}

struct no_form {};

}  // namespace

TEST_CASE("a section without fields is an empty object") {
    CHECK(text_of({}) == "{}");
    captured fields;
    fields.add(section::input, "a", 1);
    CHECK(text_of(fields.in(section::output)) == "{}");
}

TEST_CASE("fields stand in the order written") {
    captured fields;
    fields.add(section::output, "b", 1)
        .add(section::output, "a", "x")
        .add(section::input, "other", 0)
        .add(section::output, "c", true);
    CHECK(text_of(fields.in(section::output)) == R"({"b":1,"a":"x","c":true})");
}

TEST_CASE("a value that is its section") {
    SECTION("an object stays one") {
        captured fields;
        fields.add_whole(section::output, std::map<std::string, int>{{"a", 1}, {"b", 2}});
        CHECK(of(fields) == json::parse(R"({"a":1,"b":2})"));
    }
    SECTION("an empty object too") {
        captured fields;
        fields.add_whole(section::output, std::map<std::string, int>{});
        CHECK(of(fields) == json::object());
    }
    SECTION("a sequence is items") {
        captured fields;
        fields.add_whole(section::output, std::vector<int>{1, 2});
        CHECK(of(fields) == json::parse(R"({"items":[1,2]})"));
    }
    SECTION("a scalar is a value") {
        captured number, text, none;
        CHECK(of(number.add_whole(section::output, 3)) == json::parse(R"({"value":3})"));
        CHECK(of(text.add_whole(section::output, "x")) == json::parse(R"({"value":"x"})"));
        CHECK(of(none.add_whole(section::output, nullptr)) == json::parse(R"({"value":null})"));
    }
    SECTION("a cut string is a value") {
        captured fields;
        fields.add_whole(section::output, std::string(10, 'x'), 4);
        CHECK(of(fields) == json::parse(R"({"value":{"truncated":true,"bytes":10,"head":"xxxx"}})"));
    }
    SECTION("a type without form is an object") {
        captured fields;
        fields.add_whole(section::output, no_form{});
        CHECK(of(fields).contains("type"));
    }
}

TEST_CASE("a value that is its section, and fields beside it, are one object") {
    captured fields;
    fields.add(section::output, "first", 1)
        .add_whole(section::output, std::map<std::string, std::vector<int>>{{"a", {1, 2}}, {"b", {}}})
        .add(section::output, "last", 2);
    CHECK(text_of(fields.in(section::output)) == R"({"first":1,"a":[1,2],"b":[],"last":2})");

    captured sequence;
    sequence.add_whole(section::output, std::vector<int>{1}).add(section::output, "b", 2);
    CHECK(text_of(sequence.in(section::output)) == R"({"items":[1],"b":2})");
}

TEST_CASE("of fields with the same key the last stands") {
    captured fields;
    fields.add(section::output, "a", 1)
        .add(section::output, "b", 2)
        .add(section::output, "a", 3)
        .add(section::output, "a", 4);
    CHECK(text_of(fields.in(section::output)) == R"({"b":2,"a":4})");

    captured spliced;
    spliced.add(section::output, "a", 1)
        .add_whole(section::output, std::map<std::string, int>{{"a", 2}, {"b", 3}})
        .add(section::output, "b", 4);
    CHECK(text_of(spliced.in(section::output)) == R"({"a":2,"b":4})");

    captured values;
    values.add_whole(section::output, 1).add_whole(section::output, 2);
    CHECK(text_of(values.in(section::output)) == R"({"value":2})");
}

TEST_CASE("every field of many stands, with a key of its own or not") {
    for (int count : {63, 64, 65, 1000}) {
        captured fields;
        for (int i = 0; i < count; ++i) { fields.add(section::output, "key" + std::to_string(i), i); }
        auto const object = of(fields);
        REQUIRE(object.size() == static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) { REQUIRE(object.at("key" + std::to_string(i)) == i); }
    }
    captured same;
    for (int i = 0; i < 64; ++i) { same.add(section::output, "key", i); }
    CHECK(text_of(same.in(section::output)) == R"({"key":63})");
    for (int i = 64; i < 70; ++i) { same.add(section::output, "key", i); }
    CHECK(of(same).at("key") == 69);  // all stand; a parser keeps the last
}

TEST_CASE("further fields follow, as if they were of the section") {
    captured first, more;
    first.add(section::output, "a", 1).add(section::output, "b", 2);
    more.add(section::output, "b", 3).add(section::output, "c", 4);
    CHECK(text_of(first.in(section::output), more.in(section::output)) == R"({"a":1,"b":3,"c":4})");
    CHECK(text_of({}, more.in(section::output)) == R"({"b":3,"c":4})");
}

TEST_CASE("a structure whose text is too long gives its head") {
    std::vector<int> const numbers{100, 200, 300, 400};  // [100,200,300,400] has 17
    captured fields;
    fields.add(section::output, "fits", numbers).add(section::output, "before", 1);
    CHECK(of(fields, 17).at("fits") == numbers);
    CHECK(text_of(fields.in(section::output), {}, 16) ==
          R"({"fits":{"truncated":true,"bytes":17,"head":"[100,200,300,400"},"before":1})");

    captured whole;
    whole.add_whole(section::output, numbers);
    CHECK(text_of(whole.in(section::output), {}, 5) == R"({"items":{"truncated":true,"bytes":17,"head":"[100,"}})");

    captured object;
    object.add_whole(section::output, std::map<std::string, int>{{"é", 1}, {"ê", 2}});  // {"é":1,"ê":2} has 15
    CHECK(text_of(object.in(section::output), {}, 14) == R"({"truncated":true,"bytes":15,"head":"{\"é\":1,\"ê\":2"})");
    CHECK(text_of(object.in(section::output), {}, 3) ==
          R"({"truncated":true,"bytes":15,"head":"{\""})");  // not within é
    object.add(section::output, "more", true);
    CHECK(text_of(object.in(section::output), {}, 3) == R"({"truncated":true,"bytes":15,"head":"{\"","more":true})");
    CHECK(of(object, 15).at("ê") == 2);
}

TEST_CASE("a value cut when it was captured says how long it would have been") {
    // Nested, since brackets that are left open count too.
    std::vector<std::vector<std::vector<int>>> const nested{{std::vector<int>(10'000, 7)}};
    captured deep;
    deep.add(section::output, "nested", nested, 100);
    CHECK(of(deep, 100).at("nested").at("bytes") == json(nested).dump().size());

    std::vector<std::string> const texts(10'000, "ten bytes!");
    captured fields;
    fields.add(section::output, "texts", texts, 100);
    auto const mark = of(fields, 100).at("texts");
    CHECK(mark.at("truncated") == true);
    CHECK(mark.at("bytes") == json(texts).dump().size());
    CHECK(mark.at("head").get<std::string>().size() == 100);
    CHECK(mark.at("head").get<std::string>().substr(0, 14) == R"(["ten bytes!",)");
}

TEST_CASE("keys of any kind are told apart and escaped") {
    captured fields;
    std::string const nul("a\0b", 3);
    fields.add(section::output, "", 1)
        .add(section::output, nul, 2)
        .add(section::output, "a", 3)
        .add(section::output, "\"\n\xff", 4);
    auto const object = of(fields);
    CHECK(object.size() == 4);
    CHECK(object.at("") == 1);
    CHECK(object.at(nul) == 2);
    CHECK(object.at("a") == 3);
    CHECK(object.at("\"\n\xEF\xBF\xBD") == 4);
}

TEST_CASE("all sections at once read as one by one, or are left to that") {
    std::mt19937 random(17);
    std::vector<std::string> const keys{"a", "b", "text", "number", "factor", "q\"t", "value", "items"};
    int together = 0;
    for (int round = 0; round < 5000; ++round) {
        captured values;
        auto const most = round % 2 == 0 ? section::metadata : static_cast<section>(random() % 3);
        for (auto count = random() % 7; count != 0; --count) {
            // Mostly in their order, as a call leaves them.
            auto const in = static_cast<section>(random() % (static_cast<unsigned>(most) + 1));
            auto const& key = keys[random() % keys.size()];
            switch (random() % 8) {
            case 0:
                values.add(in, key, std::string(random() % 40, 'x'));
                break;
            case 1:
                values.add(in, key, 0.1 * static_cast<double>(random() % 100));
                break;
            case 2:
                values.add(in, key, random() % 2 == 0);
                break;
            case 3:
                values.add(in, key, std::vector<int>{1, 2});
                break;
            case 4:
                values.add(in, key, std::string(300, 'y'), 200);  // cut
                break;
            case 5:
                values.add_whole(in, static_cast<int>(random()));
                break;
            default:
                values.add(in, key, static_cast<long>(random()));
            }
        }
        std::string out = "{", apart = "{";
        sonde::text_writer writer(out);
        auto const done = sonde::write_json_sections(writer, values.in(section::input), 200);
        writer.finish();
        apart = text_of(values.in(section::input), {}, 200) +
                ",\"output_data\":" + text_of(values.in(section::output), {}, 200) +
                ",\"metadata\":" + text_of(values.in(section::metadata), {}, 200);
        if (done) { ++together; }
        REQUIRE(out == (done ? "{" + apart : "{"));
    }
    CHECK(together > 500);
}

TEST_CASE("a section of many members is written by as many steps") {
    captured values;
    for (int i = 0; i < 50'000; ++i) { values.add(section::output, "key" + std::to_string(i), i); }
    std::string out;
    sonde::text_writer writer(out);
    // By the square of them it would take a quarter of an hour.
    CHECK(sonde::write_json_sections(writer, values.in(section::input), 200));
    writer.finish();
    CHECK(std::count(out.begin(), out.end(), ':') == 50'000 + 2);
    CHECK(out.ends_with("\"key49999\":49999},\"metadata\":{}"));
}
