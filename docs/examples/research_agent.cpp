// SPDX-License-Identifier: MIT
// A small research agent. It answers a question from a folder of text files, with decorated tools and an extractive
// summariser in a model's place, and shows its run as the file of events tells it.
#include "research/arithmetic.hpp"
#include "research/library.hpp"
#include "research/run_tree.hpp"
#include "research/summary.hpp"
#include "research/terminal.hpp"
#include "research/text.hpp"

#include <sonde/sonde.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace sonde::literals;
using namespace research;

constexpr std::string_view usage = R"(Answers a question from a folder of text files, and shows how it went.

  research_agent [options] [question] [folder]

  question          what to look for; arithmetic in it is worked out
                    (default: "What does a hook see?")
  folder            where its .md and .txt files are (default: docs)

  --events FILE     where the events go, a line of JSON each, behind what is
                    there (default: events.jsonl)
  --sentences N     how long an answer may be, 1 to 10 (default: 3)
  --help            this text

Ends with 0 when there is an answer, 1 when there is none or something went
wrong, 2 when it was called in a wrong way.
)";

struct settings {
    std::string question = "What does a hook see?";
    std::string folder = "docs";
    std::string events = "events.jsonl";
    std::size_t sentences = 3;
};

struct answer {
    std::optional<std::string> calculation;
    std::vector<cited_sentence> sentences;
};

// [guard]
// Blocks what leads out of the folder, through `..`, an absolute path or a link of the file system: what a text says may
// be anyone's words, and its links are followed.
struct stay_in_folder {
    static constexpr auto name = "stay-in-folder";
    fs::path folder;

    std::optional<sonde::block> before(auto& call) const {
        auto const target = fs::weakly_canonical(folder / sonde::arg<"path">(call));
        auto const root = fs::canonical(folder);
        if (std::mismatch(root.begin(), root.end(), target.begin(), target.end()).first == root.end()) { return {}; }
        return sonde::block{"\"" + sonde::arg<"path">(call) + "\" is outside the folder"};
    }
};
// [guard]

std::vector<std::string> list_files(std::string const& folder) {
    if (!fs::is_directory(folder)) { throw std::runtime_error("\"" + folder + "\" is no folder"); }
    std::vector<std::string> files;
    for (auto const& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
        auto const kind = entry.path().extension();
        if (entry.is_regular_file() && (kind == ".md" || kind == ".txt")) {
            files.push_back(entry.path().lexically_relative(folder).generic_string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string read_file(fs::path const& path) {
    constexpr std::uintmax_t most = 4 << 20;
    if (!fs::is_regular_file(path)) { throw std::runtime_error("\"" + path.string() + "\" is no file"); }
    if (fs::file_size(path) > most) { throw std::runtime_error("\"" + path.string() + "\" is over 4 MiB"); }
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) { throw std::runtime_error("\"" + path.string() + "\" can't be read"); }
    if (text.find('\0') != std::string::npos) { throw std::runtime_error("\"" + path.string() + "\" is no text"); }
    return text;
}

// About what a model would count: four characters a token.
std::size_t tokens_of(std::string_view text) { return (width(text) + 3) / 4; }

template <class Sink>
answer research_question(sonde::monitor<Sink>& mon, settings const& chosen) {
    // [tools]
    auto list = sonde::monitored<"list_files", sonde::tool, sonde::args<"folder">>(mon, list_files);

    auto read = sonde::monitored<"read_file", sonde::tool, sonde::args<"path">, sonde::no_output, sonde::with_span>(
        mon,
        [&](auto& span, std::string const& path) {
            auto text = read_file(fs::path(chosen.folder) / path);
            span.set("bytes"_f = text.size());  // in the place of the text itself
            return text;
        },
        stay_in_folder{chosen.folder});

    auto rank =
        sonde::monitored<"rank_passages", sonde::retrieval, sonde::args<"question", "count">>(mon, &library::rank);

    auto calculate = sonde::monitored<"calculate", sonde::tool, sonde::args<"expression">>(mon, evaluate);

    auto summarise_passages =
        sonde::monitored<"summarise", sonde::model, sonde::args<"library", "question", "passages", "count">>(
            mon, [](library const& from, std::string const& question, std::vector<ranked_passage> const& passages,
                    std::size_t count) {
                auto sentences = summarise(from, question, passages, count);
                std::size_t read_tokens = tokens_of(question), written = 0;
                for (auto const& each : passages) { read_tokens += tokens_of(each.text); }
                for (auto const& each : sentences) { written += tokens_of(each.text); }
                sonde::current_span().set("model"_f = "extractive", "input_tokens"_f = read_tokens,
                                          "output_tokens"_f = written);  // no cost: there is none
                return sentences;
            });
    // [tools]

    answer found;
    if (auto const expression = find_expression(chosen.question); !expression.empty()) {
        char text[64];
        std::snprintf(text, sizeof text, "%.15g", calculate(expression));
        found.calculation = expression + " = " + text;
        auto const words = terms(chosen.question);
        auto const is_word = [](std::string const& term) {
            return term.find_first_not_of("0123456789") != std::string::npos && term != "calculate" &&
                   term != "compute";
        };
        if (std::none_of(words.begin(), words.end(), is_word)) { return found; }
    }

    // One file that can't be read is no reason to do without the others; its event tells of it.
    library texts;
    std::set<std::string> known;
    auto const take_in = [&](std::string const& file) {
        if (!known.insert(file).second) { return; }
        try {
            texts.add(file, read(file));
        } catch (sonde::policy_violation const&) {  // the guard's word is final; the run counts it
        } catch (std::exception const& error) { std::fprintf(stderr, "passed over: %s\n", error.what()); }
    };
    for (auto const& file : list(chosen.folder)) { take_in(file); }

    // What the best passages link to may say more.
    auto best = rank(texts, chosen.question, 5 * chosen.sentences);
    auto const before = texts.size();
    for (auto const& each : best) {
        auto const from = std::find_if(texts.passages().begin(), texts.passages().end(), [&](passage const& one) {
            return one.file == each.file && one.line == each.line;
        });
        auto const targets = from->links;  // a copy: taking in adds passages
        for (auto const& target : targets) {
            take_in((fs::path(each.file).parent_path() / target).lexically_normal().generic_string());
        }
    }
    if (texts.size() != before) { best = rank(texts, chosen.question, 5 * chosen.sentences); }

    if (!best.empty()) { found.sentences = summarise_passages(texts, chosen.question, best, chosen.sentences); }
    return found;
}

void print(answer const& found) {
    if (found.calculation) { std::printf("\n%s", wrapped(*found.calculation, "  ").c_str()); }
    for (auto const& each : found.sentences) {
        std::printf("\n%s    %s\n", wrapped(each.text, "  ").c_str(), paint(style::cyan, fit(each.source, 74)).c_str());
    }
    if (!found.calculation && found.sentences.empty()) { std::puts("\n  These files say nothing of that."); }
}

// Empty, with the reason said, when they make no sense.
std::optional<settings> read_arguments(int count, char** values) {
    auto const refuse = [](std::string const& reason) {
        std::fprintf(stderr, "%s (--help says more)\n", reason.c_str());
        return std::nullopt;
    };
    settings chosen;
    std::vector<std::string> plain_ones;
    for (int i = 1; i < count; ++i) {
        std::string const argument = values[i];
        if (argument == "--events" && i + 1 < count) {
            chosen.events = values[++i];
        } else if (argument == "--sentences" && i + 1 < count) {
            std::string const number = values[++i];
            if (number != "10" && (number.size() != 1 || number < "1" || number > "9")) {
                return refuse("--sentences takes a number from 1 to 10, not \"" + number + "\"");
            }
            chosen.sentences = static_cast<std::size_t>(std::stoi(number));
        } else if (argument.starts_with("--")) {
            return refuse("There is no option " + argument + ", or its value is missing");
        } else {
            plain_ones.push_back(argument);
        }
    }
    if (plain_ones.size() > 2) {
        return refuse("A question and a folder are all it takes; put the question in quotes");
    }
    if (!plain_ones.empty()) { chosen.question = plain_ones[0]; }
    if (plain_ones.size() == 2) { chosen.folder = plain_ones[1]; }
    if (chosen.question.find_first_not_of(" \t\r\n") == std::string::npos) { return refuse("The question is empty"); }
    return chosen;
}

int run_agent(settings const& chosen) {
    // [run]
    sonde::monitor<sonde::file_sink> mon{{.agent_id = "research-agent"},
                                         {.path = chosen.events, .on_error = [](sonde::exception const& error) {
                                              std::fprintf(stderr, "%s\n", error.what());
                                          }}};

    answer found;
    std::string problem, run_id;
    try {
        auto run = mon.run("research", {.metadata = {{"folder", chosen.folder}}});
        run_id = std::string(sonde::to_text(run.id()).view());
        run.input("question"_f = chosen.question);
        found = research_question(mon, chosen);
        run.output("calculation"_f = found.calculation, "sentences"_f = found.sentences);
    } catch (std::exception const& error) {  // the run's event has told of it as well
        problem = error.what();
    }
    mon.flush();
    // [run]

    std::puts(paint(style::bold, fit(chosen.question, columns)).c_str());
    if (problem.empty()) {
        print(found);
    } else {
        std::printf("\n%s", paint(style::red, wrapped("No answer: " + problem, "  ")).c_str());
    }

    auto const tree = run_tree::read(mon.sink().path(), run_id);
    std::printf("\n%s\n\n", paint(style::bold, "How it went").c_str());
    if (tree.empty()) {
        std::puts("  The file of events has nothing of this run.");
    } else {
        tree.print();
        std::puts("");
        tree.print_counts();
    }
    std::printf("\n%s\n", paint(style::dim, "Read back from " + mon.sink().path()).c_str());
    return problem.empty() && (found.calculation || !found.sentences.empty()) ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
    if (count == 2 && (std::string_view(values[1]) == "--help" || std::string_view(values[1]) == "-h")) {
        std::fwrite(usage.data(), 1, usage.size(), stdout);
        return 0;
    }
    auto const chosen = read_arguments(count, values);
    if (!chosen) { return 2; }
    try {
        return run_agent(*chosen);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
