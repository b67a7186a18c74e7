// SPDX-License-Identifier: MIT
// The smallest program that uses Sonde as the README says. Every way of getting the library must build it unchanged.
#include <sonde/sonde.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace {

int failures = 0;

void expect(bool holds, char const* what) {
    if (!holds) {
        std::fprintf(stderr, "not so: %s\n", what);
        ++failures;
    }
}

bool contains(std::string const& text, char const* part) { return text.find(part) != std::string::npos; }

template <class Sink>
void call_through(sonde::monitor<Sink>& mon) {
    auto add = sonde::monitored<"add", sonde::tool, sonde::args<"a", "b">>(mon, [](int a, int b) { return a + b; });
    expect(add(2, 3) == 5, "a decorated function returns what the function returns");
}

void expect_call(std::string const& line) {
    expect(contains(line, R"("agent_id":"consumer")"), "the event names the agent");
    expect(contains(line, R"("event_type":"tool_call")"), "the event has its type");
    expect(contains(line, R"("name":"add")"), "the event names the function");
    expect(contains(line, R"("input_data":{"a":2,"b":3})"), "the event has the arguments");
    expect(contains(line, R"("output_data":{"value":5})"), "the event has the result");
    expect(contains(line, R"("status":"success")"), "the event has the status");
}

}  // namespace

int main() {
    {
        sonde::monitor<sonde::null_sink> mon{{.agent_id = "consumer"}};
        call_through(mon);
    }
    {
        sonde::monitor<sonde::memory_sink> mon{{.agent_id = "consumer"}};
        call_through(mon);
        auto const lines = mon.sink().lines();
        expect(lines.size() == 1, "one call is one event");
        for (auto const& line : lines) expect_call(std::string{line});
    }
    {
        std::string const path = "consumer.jsonl";
        std::remove(path.c_str());
        sonde::monitor<sonde::file_sink> mon{{.agent_id = "consumer"}, sonde::file_sink::options{.path = path}};
        call_through(mon);
        mon.flush(std::chrono::seconds{5});
        std::ifstream file{path};
        std::string const text{std::istreambuf_iterator<char>{file}, {}};
        expect(!text.empty() && text.find('\n') == text.size() - 1, "the file has one line");
        expect_call(text);
    }
    return failures == 0 ? 0 : 1;
}
