// Makes small expected.txt files, and outputs that fit a file or nearly do. What it makes is
// decided by numbers that somebody else draws: a random generator, a fuzzer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "expected.hpp"
#include "matcher.hpp"

namespace checker_tests {

class ExampleMaker {
public:
    /// `below(n)` draws a number from 0 to n - 1; always 0 is fine.
    explicit ExampleMaker(std::function<unsigned(unsigned)> below) : below_(std::move(below)) {}

    unsigned below(unsigned bound) { return below_(bound); }

    /// A file, which the language needn't take: it may be ambiguous.
    std::string file() {
        std::string text;
        bool replied = false;
        for (unsigned items = 1 + below(4); items > 0; --items) {
            const unsigned choice = below(5);
            if (choice == 4 && !replied) {
                replied = true;
                text += "%as_replied\n" + body({1, true, false}) + "%end\n";
            } else {
                text += choice < 2 ? line({}) : block({});
            }
        }
        return text;
    }

    /// Values of the shapes that a run's have.
    checker::Facts facts() {
        checker::Facts made;
        made.values = {{"server", "127.0.0.1:1"},
                       {"host", "127.0.0.1"},
                       {"port", "1"},
                       {"seed", std::to_string(below(3))}};
        made.replies_in_order = below(2) == 0;
        constexpr std::array<std::string_view, 7> messages{"p", "q", "p q", "p 1", "", "1", "p:1"};
        for (unsigned i = 0, count = below(4); i < count; ++i) {
            made.replies.push_back(
                {std::string(of(messages)), "[" + std::to_string(i) + "]", below(2)});
        }
        return made;
    }

    /// Lines that fit the file, but for captures that should agree and sometimes don't; about
    /// `most` of them at the most.
    std::vector<std::string> output(const checker::Expected& expected, const checker::Facts& facts,
                                    std::size_t most) {
        std::vector<std::string> lines;
        most_ = most;
        bound_.clear();
        append(expected.body, facts, nullptr, lines);
        return lines;
    }

    /// Drops, repeats, swaps, changes or clips a line, or leaves all as it is.
    void spoil(std::vector<std::string>& lines) {
        const auto at = [&] {
            return lines.begin() +
                   static_cast<std::ptrdiff_t>(below(static_cast<unsigned>(lines.size())));
        };
        switch (lines.empty() ? 4 : below(8)) {
            case 0:
                lines.erase(at());
                return;
            case 1:
                lines.emplace(at(), *at());
                return;
            case 2:
                std::iter_swap(at(), at());
                return;
            case 3:
                *at() = "a " + std::to_string(below(3));
                return;
            case 4:
                lines.emplace_back("b");
                return;
            case 5:
                *at() += of(tails);
                return;
            case 6: {
                std::string& line = *at();
                line.resize(line.empty() ? 0 : line.size() - 1);
                return;
            }
            default:
                return;
        }
    }

private:
    /// Where in the file a line stands.
    struct Place {
        unsigned depth = 0;
        bool in_reply = false;
        bool in_per = false;
    };

    static constexpr std::array<std::string_view, 7> tails{"0", " ", "x", "-", "[0]", "1", "\r"};

    template <typename Choices>
    typename Choices::value_type of(const Choices& choices) {
        return choices[below(static_cast<unsigned>(choices.size()))];
    }

    std::string line(Place place) {
        std::string text(1, static_cast<char>('a' + below(3)));
        if (place.in_per) {
            text += " ${k:int}";
        }
        if (below(5) < 3) {
            return text + "\n";
        }
        for (unsigned values = below(4) == 0 ? 2 : 1; values > 0; --values) {
            text += (below(4) == 0 ? of(std::array{"-", ":", "1", ""}) : " ") + value(place);
        }
        return text + "\n" + (place.depth == 0 || below(2) == 0 ? where(text) : "");
    }

    /// Sometimes what must hold of a value in the line.
    std::string where(const std::string& text) {
        if (text.find("${m:") == text.npos || below(2) == 0) {
            return "";
        }
        return std::string("%where m ") + of(std::array{"<", "<=", "=", ">=", ">"}) +
               of(std::array{" 1", " 0", " n", " n - 1"}) + "\n";
    }

    std::string value(Place place) {
        constexpr std::array known{"${message}", "${nonce}", "${delay}", "${seed}", "${server}"};
        constexpr std::array captures{"n:int",  "n:int", "m:int",  "m:number",
                                      "w:word", "h:hex", "r:rest", "v:word"};
        if (below(3) == 0 && (place.in_reply || below(4) == 0)) {
            return known[place.in_reply ? below(5) : 3 + below(2)];
        }
        const std::string capture = of(captures);
        const bool distinct = place.depth > 0 && below(2) == 0;
        return "${" + capture + (distinct ? " distinct}" : "}");
    }

    std::string body(Place place) {
        std::string text = place.in_per ? line(place) : "";
        for (unsigned items = 1 + below(3); items > 0; --items) {
            const bool nests = place.depth < 2 && below(3) == 0;
            text += nests ? block(place) : line(place);
        }
        return text;
    }

    /// A block at this place; what it holds lies one deeper.
    std::string block(Place place) {
        ++place.depth;
        const unsigned choice = below(place.in_per ? 4 : 5);
        if (choice < 2) {
            std::string text = "%unordered " + std::to_string(1 + below(2)) + "\n";
            for (unsigned lines = 1 + below(3); lines > 0; --lines) {
                text += line(place);
            }
            return text + "%end\n";
        }
        if (choice < 4) {
            const unsigned least = below(3);
            const unsigned most = std::max(least + below(2), 1U);
            return "%repeat " + std::to_string(least) + " " + std::to_string(most) + "\n" +
                   body(place) + "%end\n";
        }
        place.in_per = true;
        return "%per k " + std::to_string(1 + below(3)) + "\n" + body(place) + "%end\n";
    }

    // Outputs.

    using Reply = const checker::RepliedWith*;
    using Lines = std::vector<std::string>;

    void append(const std::vector<checker::Item>& items, const checker::Facts& facts, Reply reply,
                Lines& lines) {
        for (const checker::Item& item : items) {
            if (const auto* pattern = std::get_if<checker::Pattern>(&item.is)) {
                lines.push_back(shown(*pattern, facts, reply));
            } else {
                append(std::get<checker::Block>(item.is), facts, reply, lines);
            }
        }
    }

    void append(const checker::Block& block, const checker::Facts& facts, Reply reply,
                Lines& lines) {
        Lines made;
        const auto room = [&] { return lines.size() + made.size() < most_; };
        if (block.is == checker::Block::Is::as_replied) {
            auto replies = facts.replies;
            if (!facts.replies_in_order) {
                shuffle(replies);
            }
            for (const checker::RepliedWith& one : replies) {
                append(block.body, facts, &one, made);
            }
        } else if (block.is == checker::Block::Is::per) {
            made = strands(block, facts, reply, lines.size());
        } else {
            const auto more = std::min<std::int64_t>(block.most - block.least, 4);
            const auto turns = block.least + below(static_cast<unsigned>(more) + 1);
            for (std::int64_t turn = 0; turn < turns && room(); ++turn) {
                append(block.body, facts, reply, made);
            }
            if (block.is == checker::Block::Is::unordered) {
                shuffle(made);
            }
        }
        lines.insert(lines.end(), made.begin(), made.end());
    }

    /// The lines of a %per, woven.
    Lines strands(const checker::Block& block, const checker::Facts& facts, Reply reply,
                  std::size_t before) {
        std::vector<Lines> all;
        std::size_t left = 0;
        for (std::int64_t i = 0; i < block.least && before + left < most_; ++i) {
            key_ = {block.key, std::to_string(below(16) == 0 ? 0 : i)};
            append(block.body, facts, reply, all.emplace_back());
            left += all.back().size();
        }
        key_ = {};
        Lines woven;
        for (; left > 0; --left) {
            std::size_t from = below(static_cast<unsigned>(all.size()));
            while (all[from].empty()) {
                from = (from + 1) % all.size();
            }
            woven.push_back(all[from].front());
            all[from].erase(all[from].begin());
        }
        return woven;
    }

    template <typename Elements>
    void shuffle(Elements& elements) {
        for (std::size_t i = elements.size(); i > 1; --i) {
            std::swap(elements[i - 1], elements[below(static_cast<unsigned>(i))]);
        }
    }

    std::string shown(const checker::Pattern& pattern, const checker::Facts& facts, Reply reply) {
        std::string text;
        for (const checker::Piece& piece : pattern.pieces) {
            if (const auto* literal = std::get_if<std::string>(&piece)) {
                text += *literal;
            } else if (const auto* capture = std::get_if<checker::Capture>(&piece)) {
                text += capture->name == key_.first ? key_.second : shown(*capture);
            } else {
                text += shown(std::get<checker::Known>(piece), facts, reply);
            }
        }
        return text;
    }

    static std::string shown(checker::Known known, const checker::Facts& facts, Reply reply) {
        if (known < checker::Known::message) {
            return facts.values.at(std::string(name(known)));
        }
        return known == checker::Known::message ? reply->message
               : known == checker::Known::nonce ? reply->nonce
                                                : std::to_string(reply->delay_ms);
    }

    std::string shown(const checker::Capture& capture) {
        constexpr std::array integers{"0", "1", "2", "-1", "11", "-"};  // the last isn't one
        constexpr std::array numbers{"0", "1", "1.5", "-0.25", "1."};   // nor here
        constexpr std::array hex{"0", "1", "0x1", "ab", "0x"};          // nor here
        constexpr std::array words{"1", "x", "p", "a-1", "[0]"};
        constexpr std::array rests{"", "1", " x ", "p [1]"};
        std::string& bound = bound_[capture.name];
        if (!bound.empty() && below(2) == 0) {
            return bound;
        }
        switch (capture.kind) {
            case checker::Kind::integer:
                bound = integers[below(3) == 0 ? below(6) : below(3)];
                break;
            case checker::Kind::number:
                bound = of(numbers);
                break;
            case checker::Kind::hex:
                bound = of(hex);
                break;
            case checker::Kind::word:
                bound = of(words);
                break;
            case checker::Kind::rest:
                bound = of(rests);
                break;
        }
        return bound;
    }

    std::function<unsigned(unsigned)> below_;
    std::size_t most_ = 0;
    std::pair<std::string, std::string> key_;   ///< of the %per around: its name and value
    std::map<std::string, std::string> bound_;  ///< the last text of each capture
};

}  // namespace checker_tests
