// SPDX-License-Identifier: MIT
// An extractive summary: the sentences of some passages that say most about a question.
#ifndef DOCS_EXAMPLES_RESEARCH_SUMMARY_HPP
#define DOCS_EXAMPLES_RESEARCH_SUMMARY_HPP

#include "library.hpp"
#include "text.hpp"

#include <sonde/event/members.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace research {

struct cited_sentence {
    std::string text;
    std::string source;  ///< file:line

    using sonde_members =
        sonde::members<sonde::member<"text", &cited_sentence::text>, sonde::member<"source", &cited_sentence::source>>;
};

/// At most `count` sentences, the most relevant first. A sentence is as relevant as the terms of the question that it
/// has, weighed by rarity, a quarter of its passage's score on top; what repeats the terms of one taken before counts half, and so
/// does what does not end as a sentence does.
inline std::vector<cited_sentence> summarise(library const& from, std::string_view question,
                                             std::vector<ranked_passage> const& passages, std::size_t count) {
    struct candidate {
        cited_sentence sentence;
        std::set<std::string> has;
        double bonus;
    };
    constexpr std::size_t least = 3;  // terms: a shorter sentence says nothing on its own
    auto const asked = terms(question);
    std::vector<candidate> candidates;
    for (auto const& passage : passages) {
        for (auto const& text : sentences(passage.text)) {
            candidate one{{text, passage.file + ":" + std::to_string(passage.line)}, {}, passage.score / 4};
            auto const own = terms(text);
            for (auto const& term : asked) {
                if (std::find(own.begin(), own.end(), term) != own.end()) { one.has.insert(term); }
            }
            if (!one.has.empty() && own.size() >= least) { candidates.push_back(one); }
        }
    }

    std::vector<cited_sentence> chosen;
    std::set<std::string> said;
    while (chosen.size() < count && !candidates.empty()) {
        auto const value = [&](candidate const& one) {
            auto sum = one.bonus;
            for (auto const& term : one.has) { sum += from.weight(term) * (said.contains(term) ? 0.5 : 1); }
            auto const last = one.sentence.text.back();
            return last == '.' || last == '!' || last == '?' ? sum : sum / 2;
        };
        auto const best = std::max_element(candidates.begin(), candidates.end(),
                                           [&](candidate const& a, candidate const& b) { return value(a) < value(b); });
        chosen.push_back(best->sentence);
        said.insert(best->has.begin(), best->has.end());
        candidates.erase(best);
    }
    return chosen;
}

}  // namespace research

#endif
