// SPDX-License-Identifier: MIT
// Passages of text files, ranked by BM25.
#ifndef DOCS_EXAMPLES_RESEARCH_LIBRARY_HPP
#define DOCS_EXAMPLES_RESEARCH_LIBRARY_HPP

#include "text.hpp"

#include <sonde/event/members.hpp>
#include <sonde/event/value_writer.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace research {

/// A paragraph, an item of a list or a row of a table.
struct passage {
    std::string file;
    std::size_t line = 0;  ///< of the file, from 1
    std::string text;      ///< without Markdown's marks
    std::vector<std::string> links;
};

struct ranked_passage {
    std::string file;
    std::size_t line = 0;
    double score = 0;
    std::string text;

    // Makes it a hana::Struct, which events show member by member.
    using sonde_members =
        sonde::members<sonde::member<"file", &ranked_passage::file>, sonde::member<"line", &ranked_passage::line>,
                       sonde::member<"score", &ranked_passage::score>, sonde::member<"text", &ranked_passage::text>>;
};

/// *Source*: Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009).
class library {
public:
    /// Cuts a file into passages. What stands between ``` fences is code, and left out, as
    /// headings are: they would make every passage below them look alike.
    void add(std::string const& file, std::string_view text) {
        passage open;
        open.file = file;
        std::string raw;
        auto const finish = [&] {
            if (!raw.empty()) {
                open.text = plain(raw);
                open.links = links(raw);
                keep(open);
            }
            raw.clear();
        };
        bool code = false;
        for (std::size_t number = 1; !text.empty(); ++number) {
            auto const end = (std::min)(text.find('\n'), text.size());
            auto line = text.substr(0, end);
            text.remove_prefix((std::min)(end + 1, text.size()));
            line.remove_prefix((std::min)(line.find_first_not_of(" \t\r"), line.size()));
            while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) { line.remove_suffix(1); }

            auto const fence = line.starts_with("```");
            auto const heading = !code && line.starts_with('#');
            auto const row = line.starts_with('|');
            if (fence || heading || row || code || line.empty() || line.starts_with("<!--") || line.starts_with("- ")) {
                finish();
            }
            if (fence) { code = !code; }
            if (fence || heading || code || line.starts_with("<!--") || line.starts_with("|-")) { continue; }
            if (raw.empty()) { open.line = number; }
            if (row) {
                raw = cells(line);
            } else if (!line.empty()) {
                raw.append(raw.empty() ? "" : " ").append(line.starts_with("- ") ? line.substr(2) : line);
            }
        }
        finish();
    }

    [[nodiscard]] std::size_t size() const noexcept { return passages_.size(); }
    [[nodiscard]] std::vector<passage> const& passages() const noexcept { return passages_; }

    /// What an event shows of a library: its size, not its text.
    friend void sonde_capture(sonde::value_writer& writer, library const& one) {
        writer.begin_object();
        writer.key("passages");
        writer.integer(std::uint64_t{one.passages_.size()});
        writer.key("terms");
        writer.integer(std::uint64_t{one.found_in_.size()});
        writer.end();
    }

    /// How much a term tells: the rarer, the more.
    [[nodiscard]] double weight(std::string const& term) const {
        auto const found = found_in_.find(term);
        auto const having = found == found_in_.end() ? 0.0 : static_cast<double>(found->second.size());
        return std::log(1 + (static_cast<double>(size()) - having + 0.5) / (having + 0.5));
    }

    /// The best passages for a question, best first.
    [[nodiscard]] std::vector<ranked_passage> rank(std::string_view question, std::size_t count) const {
        constexpr double k1 = 1.2, b = 0.75;
        auto const average = static_cast<double>(words_) / static_cast<double>((std::max)(size(), std::size_t{1}));
        std::map<std::size_t, double> scores;
        auto asked = terms(question);
        std::sort(asked.begin(), asked.end());
        asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
        for (auto const& term : asked) {
            auto const found = found_in_.find(term);
            if (found == found_in_.end()) { continue; }
            for (auto const& [index, times] : found->second) {
                auto const frequency = static_cast<double>(times);
                auto const length = static_cast<double>(lengths_[index]) / average;
                scores[index] += weight(term) * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length));
            }
        }
        std::vector<std::pair<double, std::size_t>> order;
        for (auto const& [index, score] : scores) { order.emplace_back(-score, index); }
        std::sort(order.begin(), order.end());
        std::vector<ranked_passage> best;
        for (auto const& [score, index] : order) {
            if (best.size() == count) { break; }
            auto const& from = passages_[index];
            best.push_back({from.file, from.line, -score, from.text});
        }
        return best;
    }

private:
    static std::string cells(std::string_view row) {
        std::string text;
        for (std::size_t at = 1; at < row.size();) {
            auto const end = (std::min)(row.find('|', at), row.size());
            auto cell = row.substr(at, end - at);
            while (cell.starts_with(' ')) { cell.remove_prefix(1); }
            while (cell.ends_with(' ')) { cell.remove_suffix(1); }
            text.append(text.empty() || cell.empty() ? "" : ": ").append(cell);
            at = end + 1;
        }
        return text;
    }

    void keep(passage const& one) {
        auto const all = terms(one.text);
        for (auto const& term : all) { ++found_in_[term][passages_.size()]; }
        words_ += all.size();
        lengths_.push_back(all.size());
        passages_.push_back(one);
    }

    std::vector<passage> passages_;
    std::vector<std::size_t> lengths_;                                    // in terms, of each passage
    std::size_t words_ = 0;                                               // of all
    std::map<std::string, std::map<std::size_t, std::size_t>> found_in_;  // term, passage, how often
};

}  // namespace research

#endif
