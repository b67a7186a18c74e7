// SPDX-License-Identifier: MIT
// Calls as a program makes them, compiled twice by null_sink.py: bare, and decorated for the null sink. The functions in
// `cases` must come out as the same instructions.
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/named.hpp>
#include <sonde/monitored.hpp>
#include <sonde/sink/null.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if defined(DECORATED)
#define CALLABLE(name, callable) sonde::monitored<name>(mon, callable)
#define CONSTANT(function) sonde::monitored<&function>(mon)
#define ON(object, member, ...) f(object __VA_OPT__(, ) __VA_ARGS__)
#define ON_POINTER(object, member, ...) f(object __VA_OPT__(, ) __VA_ARGS__)
#define ON_DATA(object, member) f(object)
#define PIPED(name, callable) callable | sonde::monitored<name>(mon)
#define WITH_SPAN(name, callable) sonde::monitored<name, sonde::with_span>(mon, callable)
#define DECORATED_ONLY(...) __VA_ARGS__
#else
#define CALLABLE(name, callable) callable
#define CONSTANT(function) &function
#define ON(object, member, ...) (object).member(__VA_ARGS__)
#define ON_POINTER(object, member, ...) ((object).*member)(__VA_ARGS__)
#define ON_DATA(object, member) (object).member
#define PIPED(name, callable) callable
#define WITH_SPAN(name, callable) [](auto const&... given) { return (callable)(no_span, given...); }
#define DECORATED_ONLY(...)
struct {
    template <class... Values>
    void output(Values const&...) const {}
} inline const no_span;
#endif

int plain(int a, int b);
int plain_noexcept(int a) noexcept;
void nothing(int a);
std::size_t takes_text(std::string text);
std::size_t takes_view(std::string_view text);
std::string makes_text(int a);
std::string const& refers(std::string const& text);
std::string& changes(std::string& text, int a);
std::string forwards(std::string&& text);
std::unique_ptr<int> owns(std::unique_ptr<int> given);

struct counter {
    int value = 0;
    int add(int more);
    int get() const noexcept;
    std::size_t take(std::string text);
    std::string give(std::string const& text) const;
    virtual int turn(int by);
    virtual ~counter();
    int inlined(int more) { return value += more; }
};

struct overloaded {
    int operator()(int a) const { return plain(a, 1); }
    double operator()(double a) const { return a * 2; }
    std::size_t operator()(std::string text) const { return takes_text(std::move(text)); }
};
struct last final {
    int factor;
    int operator()(int a) const { return plain(a, factor); }
};

DECORATED_ONLY(inline constinit sonde::monitor<sonde::null_sink> mon; using namespace sonde::literals;)

namespace cases {

// Functions: known at compile time, and pointers.
int function(int a, int b) {
    auto const f = CALLABLE("plain", plain);
    return f(a, b);
}
int function_static(int a, int b) {
    static auto const f = CALLABLE("plain", &plain);
    return f(a, b);
}
int function_constexpr(int a, int b) {
    constexpr auto f = CALLABLE("plain", &plain);
    return f(a, b);
}
int function_constant(int a, int b) {
    auto const f = CONSTANT(plain);
    return f(a, b);
}
int function_noexcept(int a) noexcept {
    auto const f = CALLABLE("plain", plain_noexcept);
    return f(a) + 1;
}
int function_pointer(int (*p)(int, int), int a, int b) {
    auto const f = CALLABLE("pointer", p);
    return f(a, b) + 1;
}
int pointer_called_twice(int (*p)(int, int), int a) {
    auto const f = CALLABLE("pointer", p);
    return f(a, 1) + f(a, 2);
}
void function_void(int a) {
    auto const f = CALLABLE("nothing", nothing);
    f(a);
    f(a + 1);
}
int function_in_a_loop(std::vector<int> const& all) {
    auto const f = CALLABLE("plain", plain);
    int sum = 0;
    for (int each : all) { sum += f(each, sum); }
    return sum;
}

// Strings, by value and not.
std::size_t text_by_value(std::string const& text) {
    auto const f = CALLABLE("takes_text", takes_text);
    return f(text);
}
std::size_t text_moved(std::string& text) {
    auto const f = CALLABLE("takes_text", takes_text);
    return f(std::move(text));
}
std::size_t text_from_literal() {
    auto const f = CALLABLE("takes_text", takes_text);
    return f("a literal that is too long to be kept within the string");
}
std::size_t text_from_result(int a) {
    auto const f = CALLABLE("takes_text", takes_text);
    return f(makes_text(a));
}
std::size_t text_constant(std::string const& text) {
    auto const f = CONSTANT(takes_text);
    return f(text);
}
std::size_t text_to_lambda(std::string const& text) {
    auto const f = CALLABLE("lambda", [](std::string given) { return takes_text(std::move(given)); });
    return f(text);
}
std::size_t text_to_inlined_lambda(std::string text) {
    auto const f = CALLABLE("lambda", [](std::string given) { return given.size(); });
    return f(std::move(text));
}
std::size_t view(std::string const& text) {
    auto const f = CALLABLE("takes_view", takes_view);
    return f(text);
}
std::size_t view_to_lambda(char const* text) {
    auto const f = CALLABLE("lambda", [](std::string_view given) { return given.size(); });
    return f(text);
}
std::string text_result(int a) {
    auto const f = CALLABLE("makes_text", makes_text);
    return f(a);
}

// References and move-only values.
std::string const& reference_to_const(std::string const& text) {
    auto const f = CALLABLE("refers", refers);
    return f(text);
}
std::string& reference(std::string& text) {
    auto const f = CALLABLE("changes", changes);
    return f(text, 2);
}
std::string reference_to_rvalue(std::string& text) {
    auto const f = CALLABLE("forwards", forwards);
    return f(std::move(text));
}
std::unique_ptr<int> owner(std::unique_ptr<int> given) {
    auto const f = CALLABLE("owns", owns);
    return f(std::move(given));
}

// Lambdas and functors.
int lambda(int a) {
    auto const f = CALLABLE("lambda", [](int x) { return x * 3; });
    return f(a);
}
int lambda_with_captures(int a, int b, std::string const& text) {
    auto const f = CALLABLE("lambda", ([b, &text](int x) { return x * b + static_cast<int>(text.size()); }));
    return f(a);
}
int lambda_noexcept(int a) noexcept {
    auto const f = CALLABLE("lambda", [](int x) noexcept { return plain_noexcept(x); });
    return f(a);
}
int lambda_mutable(int a) {
    auto f = CALLABLE("lambda", [n = 0](int x) mutable { return n += plain(x, n); });
    return f(a) + f(a);
}
int lambda_static(int a) {
    static auto const f = CALLABLE("lambda", [](int x) { return plain(x, x); });
    return f(a);
}
auto const global = CALLABLE("lambda", [](int x) { return plain(x, x); });
int lambda_global(int a) { return global(a); }
int lambda_generic(int a, double b) {
    auto const f = CALLABLE("lambda", [](auto x, auto const& y) { return static_cast<int>(x + y); });
    return f(a, b) + f(b, a);
}
std::size_t lambda_generic_text(std::string const& text) {
    auto const f = CALLABLE("lambda", [](auto given) { return takes_text(std::move(given)); });
    return f(text);
}
double functor_overloaded(int a, double b, std::string const& text) {
    auto const f = CALLABLE("functor", overloaded{});
    return f(a) + f(b) + static_cast<double>(f(text));
}
int functor_final(int a, int factor) {
    auto const f = CALLABLE("functor", last{factor});
    return f(a);
}

// Members.
int member(counter& object, int a) {
    [[maybe_unused]] auto const f = CALLABLE("member", &counter::add);
    return ON(object, add, a);
}
int member_constant(counter& object, int a) {
    [[maybe_unused]] auto const f = CONSTANT(counter::add);
    return ON(object, add, a);
}
int member_inlined(counter& object, int a) {
    [[maybe_unused]] auto const f = CONSTANT(counter::inlined);
    return ON(object, inlined, a);
}
int member_on_pointer(counter* object, int a) {
    [[maybe_unused]] auto const f = CONSTANT(counter::add);
    return ON(*object, add, a);
}
int member_noexcept(counter const& object) noexcept {
    [[maybe_unused]] auto const f = CALLABLE("member", &counter::get);
    return ON(object, get) + 1;
}
int member_virtual(counter& object, int a) {
    [[maybe_unused]] auto const f = CALLABLE("member", &counter::turn);
    return ON(object, turn, a);
}
int member_pointer(int (counter::*p)(int), counter& object, int a) {
    [[maybe_unused]] auto const f = CALLABLE("member", p);
    return ON_POINTER(object, p, a);
}
std::size_t member_text(counter& object, std::string const& text) {
    [[maybe_unused]] auto const f = CALLABLE("member", &counter::take);
    return ON(object, take, text);
}
std::size_t member_text_constant(counter& object, std::string const& text) {
    [[maybe_unused]] auto const f = CONSTANT(counter::take);
    return ON(object, take, text);
}
std::size_t member_text_moved(counter& object, std::string text) {
    [[maybe_unused]] auto const f = CALLABLE("member", &counter::take);
    return ON(object, take, std::move(text));
}
std::size_t member_text_literal(counter& object) {
    [[maybe_unused]] auto const f = CALLABLE("member", &counter::take);
    return ON(object, take, "a literal that is too long to be kept within the string");
}
std::string member_text_result(counter const& object, std::string const& text) {
    [[maybe_unused]] auto const f = CALLABLE("member", &counter::give);
    return ON(object, give, text);
}
int member_data(counter& object) {
    [[maybe_unused]] auto const f = CONSTANT(counter::value);
    return ON_DATA(object, value)++;
}

// The rest of what a monitor offers.
int piped(int a, int b) {
    auto const f = PIPED("plain", plain);
    return f(a, b);
}
int with_span(int a, int b) {
    auto const f = WITH_SPAN("lambda", [](auto& span, int x, int y) {
        span.output(x);
        return plain(x, y);
    });
    return f(a, b);
}
std::size_t with_span_string(std::string text) {
    auto const callable = [](auto& span, std::string given) {
        span.output(given);
        return takes_text(std::move(given));
    };
#if defined(DECORATED)
    return sonde::monitored<"lambda", sonde::with_span>(mon, callable)(std::move(text));
#else
    return callable(no_span, std::move(text));
#endif
}
void by_hand([[maybe_unused]] std::string const& text) {
    DECORATED_ONLY(mon.emit<"decision">("text"_f = text, sonde::cost_usd(0.1)); mon.enabled(true);)
    DECORATED_ONLY(auto span = mon.span<"work", sonde::model>("text"_f = text); span.cost_usd(0.2);)
    nothing(1);
    DECORATED_ONLY(span.output("text"_f = text); span.fail("why"); static_cast<void>(mon.flush());)
}
int when_enabled(int a) {
    DECORATED_ONLY(if (mon.enabled()) { return 0; })
    return plain(a, a);
}

DECORATED_ONLY(static_assert(sizeof(CALLABLE("f", plain)) == sizeof(&plain));)
DECORATED_ONLY(static_assert(sizeof(global) == 1);)

}  // namespace cases
