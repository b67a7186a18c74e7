// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/laws/sink.hpp"

#include <sonde/delivery/cancellation_guard.hpp>
#include <sonde/sink/file.hpp>

#include <pthread.h>

using sonde::tests::folder;
using sonde::tests::order_created;

namespace {

int state_of_this_thread() {
    int state = 0;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    pthread_setcancelstate(state, nullptr);
    return state;
}

struct doomed {
    sonde::basic_file_sink<sonde::immediate>* sink;
    bool came_back = false;
};

// Ends by itself: sanitizers don't clean up after a thread that is cancelled.
void* emit(void* given) {
    auto& it = *static_cast<doomed*>(given);
    pthread_cancel(pthread_self());
    it.sink->consume(order_created{});
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
    it.came_back = true;
    return nullptr;
}

}  // namespace

TEST_CASE("a cancellation_guard leaves the thread as it was") {
    CHECK(state_of_this_thread() == PTHREAD_CANCEL_ENABLE);
    {
        sonde::cancellation_guard const outer;
        {
            sonde::cancellation_guard const inner;
            CHECK(state_of_this_thread() == PTHREAD_CANCEL_DISABLE);
        }
        CHECK(state_of_this_thread() == PTHREAD_CANCEL_DISABLE);
    }
    CHECK(state_of_this_thread() == PTHREAD_CANCEL_ENABLE);
}

TEST_CASE("a thread that is to be cancelled writes its event first") {
    folder const here;
    sonde::basic_file_sink<sonde::immediate> sink({.path = here / "events.jsonl"});
    doomed it{&sink};
    pthread_t thread{};
    REQUIRE(pthread_create(&thread, nullptr, emit, &it) == 0);
    REQUIRE(pthread_join(thread, nullptr) == 0);
    CHECK(it.came_back);
    CHECK(sonde::tests::lines(here / "events.jsonl").size() == 1);
}
