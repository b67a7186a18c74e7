// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/batch.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace {

sonde::batch* batch_of(std::string text) {
    auto* const made = new sonde::batch;
    made->events = sonde::count_lines(text.data(), text.size());
    made->text = std::move(text);
    return made;
}

}  // namespace

TEST_CASE("events are counted and found by their ends") {
    std::string const text = "one\ntwo\n\nfour\n";
    CHECK(sonde::count_lines(text.data(), text.size()) == 4);
    CHECK(sonde::count_lines(text.data(), 5) == 1);
    CHECK(sonde::end_of_lines(text, 0) == 0);
    CHECK(sonde::end_of_lines(text, 2) == 8);
    CHECK(sonde::end_of_lines(text, 4) == text.size());
}

TEST_CASE("batches leave a list in the order they came, and what is put back is the next") {
    sonde::batch_list list;
    CHECK(list.empty());
    list.push_back(batch_of("a\n"));
    list.push_back(batch_of("b\nc\n"));
    CHECK(list.events() == 3);
    auto* const first = list.pop_front();
    CHECK(first->text == "a\n");
    list.push_front(first);
    list.push_back(batch_of("d\n"));
    CHECK(list.events() == 4);
    std::string all;
    while (!list.empty()) {
        auto* const next = list.pop_front();
        all += next->text;
        delete next;
    }
    CHECK(all == "a\nb\nc\nd\n");
    CHECK(list.events() == 0);
    CHECK(list.bytes() == 0);
    list.push_back(batch_of("left\n"));  // the list frees it
    CHECK(list.bytes() >= sizeof(sonde::batch));
}

TEST_CASE("the keys of a batch's halves are the same each time, and no other's") {
    sonde::trace_id const whole{1, 2};
    auto const first = sonde::key_of_half(whole, 1), second = sonde::key_of_half(whole, 2);
    CHECK(first == sonde::key_of_half(whole, 1));
    CHECK_FALSE(first == second);
    CHECK_FALSE(first == whole);
    CHECK_FALSE(sonde::key_of_half(first, 1) == sonde::key_of_half(second, 1));
}
