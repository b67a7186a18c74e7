// SPDX-License-Identifier: MIT
// Evaluates + - * / with parentheses and unary minus, and finds such an expression in a question.
#ifndef DOCS_EXAMPLES_RESEARCH_ARITHMETIC_HPP
#define DOCS_EXAMPLES_RESEARCH_ARITHMETIC_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace research {

class arithmetic_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

namespace arithmetic_impl {
// Recursive descent: a sum is products, a product is factors, a factor is a number, a negated factor or a sum in ().
class parser {
public:
    explicit parser(std::string_view text) : text_(text) {}

    double whole() {
        auto const value = sum();
        if (next() != '\0') { fail("an operator or the end is wanted"); }
        return value;
    }

private:
    static constexpr int deepest = 100;

    char next() {
        while (at_ < text_.size() && text_[at_] == ' ') { ++at_; }
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(char wanted) { return next() == wanted && ++at_ != 0; }
    [[noreturn]] void fail(std::string const& what) const {
        throw arithmetic_error(what + " at column " + std::to_string(at_ + 1) + " of \"" + std::string(text_) + "\"");
    }

    double sum() {
        if (++depth_ > deepest) { fail("too many brackets"); }
        auto value = product();
        for (;;) {
            if (take('+')) {
                value += product();
            } else if (take('-')) {
                value -= product();
            } else {
                --depth_;
                return finite(value);
            }
        }
    }
    double product() {
        auto value = factor();
        for (;;) {
            if (take('*')) {
                value *= factor();
            } else if (take('/')) {
                auto const divisor = factor();
                if (divisor == 0) { fail("division by zero"); }
                value /= divisor;
            } else {
                return value;
            }
        }
    }
    double factor() {
        bool negative = false;
        while (take('-')) { negative = !negative; }
        auto const value = take('(') ? bracketed() : number();
        return negative ? -value : value;
    }
    double bracketed() {
        auto const value = sum();
        if (!take(')')) { fail("a ) is wanted"); }
        return value;
    }
    // Digits with at most one point among them; strtod would take "inf" and "0x1p3" too.
    double number() {
        next();
        auto const last = (std::min)(text_.find_first_not_of("0123456789.", at_), text_.size());
        std::string const digits(text_.substr((std::min)(at_, text_.size()), last - at_));
        auto const points = std::count(digits.begin(), digits.end(), '.');
        if (points > 1 || digits.size() == static_cast<std::size_t>(points)) { fail("a number is wanted"); }
        auto const value = std::strtod(digits.c_str(), nullptr);
        if (!std::isfinite(value)) { fail("a number is out of range"); }
        at_ = last;
        return value;
    }
    double finite(double value) const {
        if (!std::isfinite(value)) { fail("the result is out of range"); }
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};
}  // namespace arithmetic_impl

/// *Errors*: `arithmetic_error`, which says what is wrong and where.
inline double evaluate(std::string_view expression) { return arithmetic_impl::parser(expression).whole(); }

/// The longest part of a question that reads like arithmetic: numbers with an operator between them. Empty if there is
/// none; a date is none.
inline std::string find_expression(std::string_view question) {
    constexpr std::string_view allowed = "0123456789.+-*/() ", operators = "+-*/";
    auto const letter = [&](std::size_t at) {
        return at < question.size() && allowed.find(question[at]) == allowed.npos && question[at] != '?' &&
               question[at] != ',' && question[at] != '=';
    };
    std::string best;
    for (std::size_t start = 0; start < question.size();) {
        auto const end = (std::min)(question.find_first_not_of(allowed, start), question.size());
        auto part = question.substr(start, end - start);
        // Glued to a word, as in 1e5 or C++20, it is none.
        auto const glued = !part.empty() && ((part.front() != ' ' && start != 0 && letter(start - 1)) ||
                                             (part.back() != ' ' && part.back() != '.' && letter(end)));
        start = end + 1;
        if (glued) { continue; }
        while (!part.empty() && (part.front() == ' ' || part.front() == '.')) { part.remove_prefix(1); }
        while (!part.empty() && (part.back() == ' ' || part.back() == '.')) { part.remove_suffix(1); }

        auto const digit = part.find_first_of("0123456789");
        auto const between = digit == part.npos ? digit : part.find_first_of(operators, digit);
        auto const date = part.size() == 10 && part[4] == '-' && part[7] == '-';
        if (between != part.npos && part.size() > best.size() && !date) { best = part; }
    }
    return best;
}

}  // namespace research

#endif
