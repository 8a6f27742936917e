// A matcher that tries everything: each order, each turn, each reply, each length of each capture.
// It is what the real one, which never searches, must agree with. Too slow for more than a few
// lines.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "expected.hpp"
#include "matcher.hpp"

namespace checker_tests {

using Lines = std::vector<std::string_view>;

/// Judges outputs against one file. Shares nothing with match() but the parsed file, which must
/// outlive it, as the facts must.
class ReferenceMatcher {
public:
    ReferenceMatcher(const checker::Expected& expected, const checker::Facts& facts)
        : expected_(expected), facts_(facts) {}

    /// Whether the lines are what the file says. Nothing if more than `effort` attempts at a piece
    /// of a line don't tell.
    std::optional<bool> fits(const Lines& lines, std::size_t effort) {
        effort_left_ = effort;
        try {
            const Ways ends = sequence(expected_.body, {Way{}}, lines, nullptr);
            return std::any_of(ends.begin(), ends.end(),
                               [&](const Way& way) { return way.at == lines.size(); });
        } catch (const TooMuch&) {
            return std::nullopt;
        }
    }

private:
    struct TooMuch {};

    /// A way to have read the lines before `at`.
    struct Way {
        std::size_t at = 0;
        std::map<std::string_view, std::string_view> values;
        /// By distinct captures of the innermost block: name, value.
        std::set<std::pair<std::string_view, std::string_view>> taken;
        auto operator<=>(const Way&) const = default;
    };
    using Ways = std::set<Way>;
    using Items = std::vector<checker::Item>;
    using Reply = const checker::RepliedWith*;

    void spend() {
        if (effort_left_ == 0) {
            throw TooMuch{};
        }
        --effort_left_;
    }

    Ways sequence(const Items& items, Ways ways, const Lines& lines, Reply reply) {
        for (const checker::Item& item : items) {
            Ways next;
            for (const Way& way : ways) {
                next.merge(after(item, way, lines, reply));
            }
            ways = std::move(next);
        }
        return ways;
    }

    Ways after(const checker::Item& item, const Way& way, const Lines& lines, Reply reply) {
        if (const auto* pattern = std::get_if<checker::Pattern>(&item.is)) {
            return line(*pattern, way, lines, reply);
        }
        const auto& block = std::get<checker::Block>(item.is);
        Way inside = way;
        inside.taken.clear();
        Ways ways;
        for (const Way& end : through(block, inside, lines, reply)) {
            ways.insert(Way{end.at, way.values, way.taken});
        }
        return ways;
    }

    Ways through(const checker::Block& block, const Way& way, const Lines& lines, Reply reply) {
        const auto least = static_cast<std::size_t>(block.least);
        const std::size_t left = lines.size() - way.at;
        switch (block.is) {
            case checker::Block::Is::unordered:
                return least * block.body.size() > left
                           ? Ways{}
                           : any_order(copies(block, least), way, lines, reply);
            case checker::Block::Is::as_replied: {
                std::vector<Reply> all;
                for (const checker::RepliedWith& one : facts_.replies) {
                    all.push_back(&one);
                }
                return rounds(block, all, way, lines);
            }
            case checker::Block::Is::per: {
                Ways ends;
                Strands strands;
                if (least <= left) {
                    deal(block, strands, way, lines, reply, ends);
                }
                return ends;
            }
            case checker::Block::Is::repeat:
                break;
        }
        return turns(block, way, lines, reply);
    }

    /// What outlives a turn, a round, a line of an %unordered: its place and the values taken.
    static Ways ending(const Way& before, const Ways& inside) {
        Ways ways;
        for (const Way& way : inside) {
            ways.insert(Way{way.at, before.values, way.taken});
        }
        return ways;
    }

    Ways turns(const checker::Block& block, const Way& way, const Lines& lines, Reply reply) {
        Ways found;
        Ways now{way};
        for (std::int64_t turn = 0; turn <= block.most && !now.empty(); ++turn) {
            if (turn >= block.least) {
                found.insert(now.begin(), now.end());
            }
            Ways next;
            for (const Way& before : now) {
                next.merge(ending(before, sequence(block.body, {before}, lines, reply)));
            }
            now = std::move(next);
        }
        return found;
    }

    using Patterns = std::vector<const checker::Pattern*>;

    static Patterns copies(const checker::Block& block, std::size_t times) {
        Patterns all;
        for (std::size_t copy = 0; copy < times; ++copy) {
            for (const checker::Item& item : block.body) {
                all.push_back(&std::get<checker::Pattern>(item.is));
            }
        }
        return all;
    }

    Ways any_order(const Patterns& left, const Way& way, const Lines& lines, Reply reply) {
        if (left.empty()) {
            return {way};
        }
        Ways ways;
        for (auto one = left.begin(); one != left.end(); ++one) {
            const bool tried = std::any_of(left.begin(), one, [&](const auto* other) {
                return other->pieces == (*one)->pieces;
            });
            if (tried) {
                continue;
            }
            Patterns others = left;
            others.erase(others.begin() + (one - left.begin()));
            for (const Way& next : ending(way, line(**one, way, lines, reply))) {
                ways.merge(any_order(others, next, lines, reply));
            }
        }
        return ways;
    }

    Ways rounds(const checker::Block& block, const std::vector<Reply>& left, const Way& way,
                const Lines& lines) {
        if (left.empty()) {
            return {way};
        }
        Ways ways;
        for (std::size_t i = 0; i < (facts_.replies_in_order ? 1 : left.size()); ++i) {
            auto others = left;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
            for (const Way& next : ending(way, sequence(block.body, {way}, lines, left[i]))) {
                ways.merge(rounds(block, others, next, lines));
            }
        }
        return ways;
    }

    /// Lines dealt to one value of a %per's key, and the values that all of them could show.
    struct Strand {
        Lines lines;
        std::set<std::string_view> keys;
    };
    using Strands = std::vector<Strand>;

    /// Deals the line at way.at to each strand that it could belong to; ends the block where
    /// all strands are whole.
    void deal(const checker::Block& block, Strands& strands, const Way& way, const Lines& lines,
              Reply reply, Ways& ends) {
        const bool all_open = strands.size() == static_cast<std::size_t>(block.least);
        if (all_open) {
            ends.merge(whole(block, strands, way, reply));
        }
        if (way.at == lines.size()) {
            return;
        }
        const std::string_view next = lines[way.at];
        const auto keys = keys_in(block.body, block.key, next, reply);
        Way behind = way;
        ++behind.at;
        for (std::size_t i = 0; i < strands.size(); ++i) {
            const Strand before = strands[i];
            std::erase_if(strands[i].keys, [&](const auto& key) { return !keys.contains(key); });
            strands[i].lines.push_back(next);
            if (!strands[i].keys.empty()) {
                deal(block, strands, behind, lines, reply, ends);
            }
            strands[i] = before;
        }
        if (!all_open && !keys.empty()) {
            strands.push_back({{next}, keys});
            deal(block, strands, behind, lines, reply, ends);
            strands.pop_back();
        }
    }

    /// The ways in which each strand is what the body says from its first line to its last.
    Ways whole(const checker::Block& block, const Strands& strands, const Way& way, Reply reply) {
        Ways now{way};
        for (const Strand& strand : strands) {
            Ways next;
            for (const Way& before : now) {
                const Way begin{0, way.values, before.taken};
                for (const Way& end : sequence(block.body, {begin}, strand.lines, reply)) {
                    if (end.at == strand.lines.size()) {
                        next.insert(Way{way.at, way.values, end.taken});
                    }
                }
            }
            now = std::move(next);
        }
        return now;
    }

    /// What the key could be in this line, whichever line of the body it is.
    std::set<std::string_view> keys_in(const Items& items, std::string_view key,
                                       std::string_view text, Reply reply) {
        std::set<std::string_view> keys;
        for (const checker::Item& item : items) {
            if (const auto* block = std::get_if<checker::Block>(&item.is)) {
                keys.merge(keys_in(block->body, key, text, reply));
                continue;
            }
            for (const Way& way : line(std::get<checker::Pattern>(item.is), Way{}, {text}, reply)) {
                keys.insert(way.values.at(key));
            }
        }
        return keys;
    }

    Ways line(const checker::Pattern& pattern, const Way& way, const Lines& lines, Reply reply) {
        Ways found;
        if (way.at < lines.size()) {
            pieces(pattern, 0, lines[way.at], way, reply, found);
        }
        return found;
    }

    /// Reads `left` by the pieces from `index` on.
    void pieces(const checker::Pattern& pattern, std::size_t index, std::string_view left, Way way,
                Reply reply, Ways& found) {
        spend();
        if (index == pattern.pieces.size()) {
            const auto value = [&](const std::string& name) -> std::optional<std::string_view> {
                const auto bound = way.values.find(name);
                return bound == way.values.end() ? std::nullopt : std::optional(bound->second);
            };
            if (left.empty() && std::ranges::all_of(pattern.where, [&](const auto& relation) {
                    return checker::holds(relation, value);
                })) {
                ++way.at;
                found.insert(std::move(way));
            }
            return;
        }
        const checker::Piece& piece = pattern.pieces[index];
        const auto* capture = std::get_if<checker::Capture>(&piece);
        if (capture == nullptr) {
            const std::string fixed = text_of(piece, reply);
            if (left.starts_with(fixed)) {
                pieces(pattern, index + 1, left.substr(fixed.size()), std::move(way), reply, found);
            }
            return;
        }
        for (std::size_t size = 0; size <= left.size(); ++size) {
            Way bound = way;
            if (is_of(capture->kind, left.substr(0, size)) &&
                bind(*capture, left.substr(0, size), bound)) {
                pieces(pattern, index + 1, left.substr(size), std::move(bound), reply, found);
            }
        }
    }

    static bool bind(const checker::Capture& capture, std::string_view value, Way& way) {
        const auto [bound, fresh] = way.values.try_emplace(capture.name, value);
        if (!fresh) {
            return bound->second == value;
        }
        return !capture.distinct || way.taken.emplace(capture.name, value).second;
    }

    static bool is_of(checker::Kind kind, std::string_view text) {
        const auto all_of = [](std::string_view some, std::string_view members) {
            return !some.empty() && some.find_first_not_of(members) == some.npos;
        };
        switch (kind) {
            case checker::Kind::integer:
                return all_of(text.substr(text.starts_with('-') ? 1 : 0), "0123456789");
            case checker::Kind::number: {
                const std::size_t point = std::min(text.find('.'), text.size());
                return is_of(checker::Kind::integer, text.substr(0, point)) &&
                       (point == text.size() || all_of(text.substr(point + 1), "0123456789"));
            }
            case checker::Kind::hex:
                return all_of(text.substr(text.starts_with("0x") ? 2 : 0), "0123456789abcdef");
            case checker::Kind::word:
                return !text.empty() && text.find_first_of(" \t") == text.npos;
            case checker::Kind::rest:
                break;
        }
        return true;
    }

    [[nodiscard]] std::string text_of(const checker::Piece& piece, Reply reply) const {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            return *literal;
        }
        switch (const auto known = std::get<checker::Known>(piece)) {
            case checker::Known::message:
                return reply->message;
            case checker::Known::nonce:
                return reply->nonce;
            case checker::Known::delay:
                return std::to_string(reply->delay_ms);
            default:
                return facts_.values.at(std::string(name(known)));
        }
    }

    const checker::Expected& expected_;
    const checker::Facts& facts_;
    std::size_t effort_left_ = 0;
};

}  // namespace checker_tests
