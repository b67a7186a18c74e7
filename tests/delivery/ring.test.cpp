// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/ring.hpp>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using sonde::ring;

// As delivery does it.
bool put(ring& queue, std::string const& text) {
    auto* place = queue.reserve(text.size());
    if (place == nullptr && queue.make_room(text.size())) { place = queue.reserve(text.size()); }
    if (place == nullptr) { return false; }
    std::memcpy(place, text.data(), text.size());
    queue.publish();
    return true;
}

std::string text_of(ring::record const& record) { return {reinterpret_cast<char const*>(record.data), record.size}; }

std::vector<std::string> take(ring& queue, std::size_t most_bytes = std::size_t{1} << 30) {
    std::vector<std::string> all;
    queue.read(most_bytes, [&](ring::record const& record) {
        all.push_back(text_of(record));
        return true;
    });
    return all;
}

// A record that says what it must be: its number, and so many more bytes of it.
std::string numbered(std::uint64_t number, std::size_t more) {
    std::string text(sizeof number + more, static_cast<char>(number));
    std::memcpy(text.data(), &number, sizeof number);
    return text;
}
std::uint64_t number_of(ring::record const& record) {
    std::uint64_t number = 0;
    std::memcpy(&number, record.data, sizeof number);
    for (std::size_t i = sizeof number; i < record.size; ++i) {
        if (record.data[i] != static_cast<unsigned char>(number)) { return ~std::uint64_t{0}; }
    }
    return number;
}

}  // namespace

TEST_CASE("a ring gives records back in order, whole, at multiples of eight") {
    ring queue(4096);
    CHECK(queue.capacity() == 4096);
    CHECK(queue.empty());
    for (auto const* text : {"", "a", "12345678", "something longer than that"}) { REQUIRE(put(queue, text)); }
    CHECK_FALSE(queue.empty());
    auto* const place = queue.reserve(1);
    CHECK(reinterpret_cast<std::uintptr_t>(place) % 8 == 0);
    CHECK(take(queue) == std::vector<std::string>{"", "a", "12345678", "something longer than that"});
    CHECK(queue.empty());  // what was reserved and not published is nowhere
    CHECK(take(queue).empty());
}

TEST_CASE("a ring's capacity is a power of two") {
    CHECK(ring(1).capacity() == 4096);
    CHECK(ring(4097).capacity() == 8192);
}

TEST_CASE("the consumer stops where it is told to") {
    ring queue(4096);
    for (auto const* text : {"one", "two", "three"}) { put(queue, text); }
    std::vector<std::string> seen;
    queue.read(4096, [&](ring::record const& record) {
        seen.push_back(text_of(record));
        return seen.size() < 2;  // refuses the second
    });
    CHECK(seen == std::vector<std::string>{"one", "two"});
    CHECK(take(queue, 1) == std::vector<std::string>{"two"});
    CHECK(take(queue) == std::vector<std::string>{"three"});
}

TEST_CASE("a full ring refuses, and takes again when there is room") {
    ring queue(4096);
    std::string const text(100, 'x');
    std::size_t count = 0;
    while (put(queue, text)) { ++count; }
    CHECK(count == 4096 / 112);
    CHECK(queue.used() == count * 112);
    CHECK_FALSE(put(queue, text));
    CHECK(take(queue, 112).size() == 1);
    CHECK(put(queue, text));
    CHECK_FALSE(put(queue, text));
    CHECK(take(queue).size() == count);
}

TEST_CASE("records of all sizes pass through all positions") {
    ring queue(4096);
    std::mt19937 random(7);
    std::uint64_t written = 0, read = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto const many = random() % 8;
        for (std::uint64_t i = 0; i < many; ++i) {
            if (put(queue, numbered(written, random() % (queue.max_record() - 8)))) { ++written; }
        }
        queue.read(random() % 4096,
                   [&](ring::record const& record) { return number_of(record) == read && ++read != 0; });
    }
    queue.read(4096, [&](ring::record const& record) { return number_of(record) == read && ++read != 0; });
    CHECK(read == written);
    CHECK(written > 20'000);
}

TEST_CASE("the largest record fits into an empty ring wherever it stands") {
    ring queue(4096);
    for (std::size_t offset = 0; offset < 600; ++offset) {
        REQUIRE(put(queue, std::string(offset % 97, 'x')));
        take(queue);
        REQUIRE(put(queue, std::string(queue.max_record(), 'y')));
        REQUIRE(take(queue).front().size() == queue.max_record());
    }
}

TEST_CASE("the producer is asked to look at the fill at least once a quarter") {
    ring queue(4096);
    std::size_t unasked = 0, most = 0;
    for (int i = 0; i < 1000; ++i) {
        if (queue.reserve(56) == nullptr) {
            REQUIRE(queue.make_room(56));
            most = unasked > most ? unasked : most;
            unasked = 0;
            REQUIRE(queue.reserve(56) != nullptr);
        }
        queue.publish();
        unasked += 64;
        take(queue);
    }
    CHECK(most <= 1024);
    CHECK(most > 0);
}

TEST_CASE("the producer can drop the oldest, but not what is being read") {
    ring queue(4096);
    std::string dropped;
    auto const see = [&](ring::record const& record) { dropped += text_of(record) + ' '; };
    CHECK_FALSE(queue.drop_oldest(see));
    for (auto const* text : {"one", "two", "three", "four"}) { put(queue, text); }
    CHECK(queue.drop_oldest(see));
    CHECK(dropped == "one ");
    queue.read(4096, [&](ring::record const& record) {
        CHECK(text_of(record) == "two");
        CHECK_FALSE(queue.drop_oldest(see));
        return false;
    });
    CHECK(queue.drop_oldest(see));
    CHECK(dropped == "one two ");
    CHECK(take(queue) == std::vector<std::string>{"three", "four"});
    CHECK_FALSE(queue.drop_oldest(see));
}

TEST_CASE("dropping goes round the end of the ring") {
    ring queue(4096);
    std::uint64_t written = 0, gone = 0;
    for (int i = 0; i < 10'000; ++i) {
        auto const text = numbered(written, static_cast<std::size_t>(i) * 7 % 900);
        while (!put(queue, text)) {
            REQUIRE(queue.drop_oldest([&](ring::record const& record) { REQUIRE(number_of(record) == gone++); }));
        }
        ++written;
    }
    queue.read(4096, [&](ring::record const& record) { return number_of(record) == gone && ++gone != 0; });
    CHECK(gone == written);
}

TEST_CASE("one thread puts in while another takes out") {
    ring queue(8192);
    constexpr std::uint64_t count = 200'000;
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < count;) {
            if (put(queue, numbered(i, i % 300))) {
                ++i;
            } else {
                std::this_thread::yield();
            }
        }
    });
    std::uint64_t next = 0;
    bool right = true;
    while (next < count && right) {
        queue.read(2048,
                   [&](ring::record const& record) { return right = number_of(record) == next, next += right, right; });
        if (queue.empty()) { std::this_thread::yield(); }
    }
    producer.join();
    CHECK(right);
    CHECK(next == count);
}

TEST_CASE("one thread puts in and drops the oldest while another takes out") {
    ring queue(4096);
    constexpr std::uint64_t count = 200'000;
    std::uint64_t dropped = 0, refused = 0;
    bool right = true;
    std::atomic<bool> done{false};
    std::thread producer([&] {
        std::uint64_t last = 0;
        for (std::uint64_t i = 1; i <= count; ++i) {
            auto const text = numbered(i, i % 300);
            while (!put(queue, text)) {
                if (!queue.drop_oldest([&](ring::record const& record) {
                        right = right && number_of(record) > last;
                        last = number_of(record);
                        ++dropped;
                    })) {
                    ++refused;
                    break;
                }
            }
        }
        done.store(true, std::memory_order_release);
    });
    std::uint64_t last = 0, taken = 0;
    bool in_order = true;
    for (bool over = false; !over;) {
        over = done.load(std::memory_order_acquire);
        queue.read(1024, [&](ring::record const& record) {
            auto const number = number_of(record);
            in_order = in_order && number > last && number <= count;
            last = number;
            return ++taken != 0;
        });
    }
    producer.join();
    queue.read(4096, [&](ring::record const&) { return ++taken != 0; });
    CHECK(right);
    CHECK(in_order);
    CHECK(taken + dropped + refused == count);
}

TEST_CASE("providing a ring's memory changes nothing in it") {
    ring queue(std::size_t{4} << 20);
    std::uint64_t written = 0, read = 0;
    for (int round = 0; round < 100; ++round) {
        for (int i = 0; i < 300; ++i) { REQUIRE(put(queue, numbered(written++, 200))); }
        queue.prepare();
        queue.read(~std::size_t{0},
                   [&](ring::record const& record) { return number_of(record) == read && ++read != 0; });
    }
    CHECK(read == written);
    ring small(4096);
    small.prepare();
    CHECK(put(small, "a"));
    CHECK(take(small) == std::vector<std::string>{"a"});
}

TEST_CASE("a ring whose memory was given back goes on as before") {
    ring queue(std::size_t{1} << 20);
    queue.release();  // nothing was written yet
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 1000; ++i) { REQUIRE(put(queue, numbered(static_cast<std::uint64_t>(i), 300))); }
        CHECK(take(queue).size() == 1000);
        queue.release();
        queue.prepare();
    }
    CHECK(put(queue, "a"));
    CHECK(take(queue) == std::vector<std::string>{"a"});
}
