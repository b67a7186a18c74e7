// SPDX-License-Identifier: MIT
// A transport that does what a test says, and remembers what it was given.
#ifndef SONDE_TESTS_SUPPORT_SCRIPTED_TRANSPORT_HPP
#define SONDE_TESTS_SUPPORT_SCRIPTED_TRANSPORT_HPP

#include <sonde/delivery/fork.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/transport/transport_error.hpp>
#include <sonde/transport/transport_result.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sonde::tests {

// What a test says of a place, and what arrived there.
struct place {
    std::string arrived = {};
    std::atomic<std::size_t> events{0};          // that arrived: once it is seen, `arrived` may be read
    std::vector<transport_result> answers = {};  // the next ones; then all goes well
    transport_result opening = {};
    std::atomic<int> sent{0};
    std::atomic<int> within{0};
    bool overlapped = false;
    std::atomic<bool>* hold = nullptr;  // waits there until it is true
    std::atomic<bool> waiting{false};
    std::atomic<bool> down{false};  // nothing arrives
};

inline transport_result failed(char const* problem, int cause) {
    return {.outcome = transport_outcome::failed, .taken = 0, .problem = problem, .cause = cause};
}

class scripted {
public:
    explicit scripted(place& where) : place_(&where) {}
    transport_result open() noexcept { return place_->opening; }
    transport_result send(std::string_view bytes) noexcept {
        if (place_->within++ != 0) { place_->overlapped = true; }
        if (place_->hold != nullptr) {
            place_->waiting = true;
            while (!*place_->hold) { delivery_impl::let_others_run(); }
        }
        transport_result answer{.taken = bytes.size()};
        auto const index = static_cast<std::size_t>(place_->sent++);
        if (index < place_->answers.size()) { answer = place_->answers[index]; }
        if (place_->down) { answer = failed("connect", 111); }
        if (answer.outcome == transport_outcome::delivered) {
            place_->arrived += bytes;
            place_->events += static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
        }
        --place_->within;
        return answer;
    }
    template <class Handler>
    void explain(transport_result const& result, Handler&& handler) const {
        handler(transport_error(std::string(result.problem) + ' ' + std::to_string(result.cause)));
    }

private:
    place* place_;
};

inline bool law(stats const& s) { return s.accepted == s.delivered + s.rejected + s.dropped + s.spooled + s.queued; }

}  // namespace sonde::tests

#endif
