// The matcher: a tree of runs that mirrors the tree of blocks. Each run takes the next line or
// refuses it; a refused line changes nothing. Since at most one pattern can take a line, the first
// that does is right, and no choice is ever taken back.
#include "matcher.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

namespace checker {
namespace {

constexpr std::string_view end_of_output = "(end of output)";

/// A reply's values as text.
struct Reply {
    std::string_view message;
    std::string_view nonce;
    std::string delay;
    std::size_t number = 0;  ///< its place in the order of the replies, from 1
};

/// What all of a match looks up.
struct Context {
    std::array<std::string_view, 4> values;  ///< by Known: server, host, port, seed
    std::vector<Reply> replies;
    bool replies_in_order = true;
    int last_taken = 0;      ///< the line of expected.txt that took the latest line
    bool misplaced = false;  ///< the refused line tells of a reply
};

std::string_view value_of(Known which, const Context& context, const Reply* reply) {
    switch (which) {
        case Known::server:
        case Known::host:
        case Known::port:
        case Known::seed:
            return context.values[static_cast<std::size_t>(which)];
        case Known::message:
            return reply->message;
        case Known::nonce:
            return reply->nonce;
        case Known::delay:
            break;
    }
    return reply->delay;
}

using Captures = std::vector<std::pair<std::string_view, std::string_view>>;  // name, text

std::optional<std::string_view> find(const Captures& captures, std::string_view name) {
    for (const auto& [key, text] : captures) {
        if (key == name) {
            return text;
        }
    }
    return std::nullopt;
}

/// Values that `distinct` captures of one block took, by name.
using Taken = std::map<std::string_view, std::set<std::string_view>>;

/// The values that hold for a stretch of output. Sees the scope around it, which must outlive it.
/// Texts are views into the output.
struct Scope {
    Context* context = nullptr;
    const Scope* outer = nullptr;
    Taken* taken = nullptr;  ///< of the innermost block
    /// Inside %as_replied: the replies that this round can still be about, never none.
    std::vector<const Reply*>* replies = nullptr;
    Captures captures;

    [[nodiscard]] Scope inner(Taken* of_the_block) const {
        return {context, this, of_the_block, replies, {}};
    }
    [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const {
        for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
            if (const auto text = find(scope->captures, name)) {
                return text;
            }
        }
        return std::nullopt;
    }
};

/// Why a line isn't what a pattern says.
struct Difference {
    enum class Is { other, rebound, repeated, unrelated } is = Is::other;
    std::size_t column = 0;      ///< bytes of the line before the first difference
    std::string_view name = {};  ///< rebound, repeated: of the capture
    std::string_view text = {};  ///< rebound: its value; repeated: what came twice
    std::string relation = {};   ///< unrelated: what had to hold, as written and with values
};

std::size_t common_prefix(std::string_view one, std::string_view other) {
    constexpr std::size_t block = 256;  // string_view's == is memcmp, much quicker than a loop
    const std::size_t size = std::min(one.size(), other.size());
    std::size_t at = 0;
    while (at + block <= size && one.substr(at, block) == other.substr(at, block)) {
        at += block;
    }
    while (at < size && one[at] == other[at]) {
        ++at;
    }
    return at;
}

/// How many bytes at the front of `text` a capture of this kind takes: as many as it can.
std::size_t extent(Kind kind, std::string_view text) {
    const auto end = [&](std::string_view members, std::size_t from) {
        return std::min(text.find_first_not_of(members, from), text.size());
    };
    switch (kind) {
        case Kind::integer: {
            const std::size_t sign = text.starts_with('-') ? 1 : 0;
            const std::size_t digits = end("0123456789", sign);
            return digits > sign ? digits : 0;
        }
        case Kind::number: {
            const std::size_t whole = extent(Kind::integer, text);
            if (whole == 0 || !text.substr(whole).starts_with('.')) {
                return whole;
            }
            const std::size_t fraction = end("0123456789", whole + 1);
            return fraction > whole + 1 ? fraction : whole;
        }
        case Kind::hex: {
            const std::size_t prefix = text.starts_with("0x") ? 2 : 0;
            const std::size_t digits = end("0123456789abcdef", prefix);
            return digits > prefix ? digits : prefix / 2;  // of a bare 0x the 0 alone
        }
        case Kind::word:
            return std::min({text.find(' '), text.find('\t'), text.size()});
        case Kind::rest:
            break;
    }
    return text.size();
}

/// One capture at the front of `text`; adds it to `captures`.
std::optional<Difference> capture(const Capture& capture, std::string_view text, const Scope& scope,
                                  Captures& captures) {
    const std::string_view value = text.substr(0, extent(capture.kind, text));
    if (value.empty() && capture.kind != Kind::rest) {
        return Difference{};
    }
    auto before = find(captures, capture.name);
    before = before ? before : scope.value(capture.name);
    if (before) {
        if (*before != value) {
            return Difference{Difference::Is::rebound, common_prefix(*before, value), capture.name,
                              *before};
        }
        return std::nullopt;
    }
    if (capture.distinct && (*scope.taken)[capture.name].contains(value)) {
        return Difference{Difference::Is::repeated, 0, capture.name, value};
    }
    captures.emplace_back(capture.name, value);
    return std::nullopt;
}

/// The first %where of the line that does not hold.
std::optional<Difference> unrelated(const Pattern& pattern, std::size_t column, const Scope& scope,
                                    const Captures& captures) {
    for (const Relation& relation : pattern.where) {
        const auto value = [&](const std::string& name) {
            const auto here = find(captures, name);
            return here ? here : scope.value(name);
        };
        if (holds(relation, value)) {
            continue;
        }
        Difference difference{Difference::Is::unrelated, column, {}, {}, relation.source};
        std::set<std::string> told{""};
        for (const std::string& name : {relation.left.name, relation.right.name}) {
            if (told.insert(name).second) {
                difference.relation += (told.size() == 2 ? ", where " : " and ") + name + " is " +
                                       std::string(value(name).value_or(""));
            }
        }
        return difference;
    }
    return std::nullopt;
}

/// Compares the whole line with the pattern, for one reply or none. Fills `captures` with the
/// values that are new in this line.
std::optional<Difference> compare(const Pattern& pattern, std::string_view line, const Scope& scope,
                                  const Reply* reply, Captures& captures) {
    std::size_t at = 0;
    for (const Piece& piece : pattern.pieces) {
        const std::string_view left = line.substr(at);
        if (const auto* placeholder = std::get_if<Capture>(&piece)) {
            if (auto difference = capture(*placeholder, left, scope, captures)) {
                difference->column += at;
                return difference;
            }
            at += extent(placeholder->kind, left);
            continue;
        }
        const auto* literal = std::get_if<std::string>(&piece);
        const std::string_view fixed =
            literal != nullptr ? std::string_view(*literal)
                               : value_of(std::get<Known>(piece), *scope.context, reply);
        if (!left.starts_with(fixed)) {
            return Difference{Difference::Is::other, at + common_prefix(left, fixed)};
        }
        at += fixed.size();
    }
    if (at < line.size()) {
        return Difference{Difference::Is::other, at};
    }
    return unrelated(pattern, at, scope, captures);
}

bool names_a_reply(const Pattern& pattern) {
    return std::any_of(pattern.pieces.begin(), pattern.pieces.end(), [](const Piece& piece) {
        const auto* known = std::get_if<Known>(&piece);
        return known != nullptr && *known >= Known::message;
    });
}

/// Takes the line if the pattern fits it, for one of the replies in question where it names one:
/// then its captures hold from here on, and the replies that don't fit are out of the question.
bool take_line(const Pattern& pattern, std::string_view line, Scope& scope) {
    Captures captures;
    if (!names_a_reply(pattern)) {
        if (compare(pattern, line, scope, nullptr, captures)) {
            return false;
        }
    } else {
        std::vector<const Reply*> fitting;
        for (const Reply* reply : *scope.replies) {
            Captures with_this_one;
            if (compare(pattern, line, scope, reply, with_this_one)) {
                continue;
            }
            if (fitting.empty()) {
                captures = std::move(with_this_one);
            }
            fitting.push_back(reply);
        }
        if (fitting.empty()) {
            return false;
        }
        *scope.replies = std::move(fitting);
    }
    for (const Piece& piece : pattern.pieces) {
        const auto* placeholder = std::get_if<Capture>(&piece);
        if (placeholder != nullptr && placeholder->distinct) {
            if (const auto text = find(captures, placeholder->name)) {
                (*scope.taken)[placeholder->name].insert(*text);
            }
        }
    }
    scope.context->last_taken = pattern.line;
    scope.captures.insert(scope.captures.end(), captures.begin(), captures.end());
    return true;
}

/// The line as a person reads it: with the values known by now, other captures as ${name:kind}.
std::string filled(const Pattern& pattern, const Scope& scope, const Reply* reply) {
    std::string text;
    for (const Piece& piece : pattern.pieces) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            text += *literal;
        } else if (const auto* known = std::get_if<Known>(&piece)) {
            text += value_of(*known, *scope.context, reply);
        } else {
            const auto& placeholder = std::get<Capture>(piece);
            if (const auto value = scope.value(placeholder.name)) {
                text += *value;
            } else {
                text += "${" + placeholder.name + ":" + std::string(name(placeholder.kind)) + "}";
            }
        }
    }
    return text;
}

/// Hears of a pattern that could take the next line, with the reply it is tried for, or none.
using Offer = std::function<void(const Pattern&, const Scope&, const Reply*)>;

/// A part of the expected output on its way through the output.
class Run {
public:
    Run() = default;
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    virtual ~Run() = default;

    /// Takes the line, or returns false and is as it was.
    virtual bool take(std::string_view line) = 0;
    /// Whether all that must come has come.
    [[nodiscard]] virtual bool may_end() const = 0;
    /// Tells all that could come next within this part.
    virtual void offers(const Offer& offer) = 0;
    /// A sentence about a line that this part refuses, if it knows more than that it differs.
    [[nodiscard]] virtual std::string explain(std::string_view line) = 0;
};

std::unique_ptr<Run> make_run(const Item& item, Scope& scope);

/// One line.
class LineRun : public Run {
public:
    LineRun(const Pattern& pattern, Scope& scope) : pattern_(pattern), scope_(scope) {}

    bool take(std::string_view line) override {
        if (done_ || !take_line(pattern_, line, scope_)) {
            return false;
        }
        done_ = true;
        return true;
    }
    [[nodiscard]] bool may_end() const override { return done_; }
    void offers(const Offer& offer) override {
        if (!done_) {
            offer_line(pattern_, scope_, offer);
        }
    }
    [[nodiscard]] std::string explain(std::string_view) override { return ""; }

    /// One offer, or one for each reply in question.
    static void offer_line(const Pattern& pattern, const Scope& scope, const Offer& offer) {
        if (!names_a_reply(pattern)) {
            offer(pattern, scope, nullptr);
            return;
        }
        for (const Reply* reply : *scope.replies) {
            offer(pattern, scope, reply);
        }
    }

private:
    const Pattern& pattern_;
    Scope& scope_;
    bool done_ = false;
};

/// Items one after the other.
class SequenceRun : public Run {
public:
    SequenceRun(const std::vector<Item>& items, Scope& scope) : items_(items), scope_(scope) {}

    bool take(std::string_view line) override {
        if (current_ && current_->take(line)) {
            return true;
        }
        bool through = !current_ || current_->may_end();
        for (std::size_t next = next_; through && next < items_.size(); ++next) {
            auto run = make_run(items_[next], scope_);
            if (run->take(line)) {
                current_ = std::move(run);
                next_ = next + 1;
                return true;
            }
            through = run->may_end();
        }
        return false;
    }

    [[nodiscard]] bool may_end() const override {
        bool through = true;
        each([&](const Run& run) { return through = run.may_end(); });
        return through;
    }

    void offers(const Offer& offer) override {
        each([&](Run& run) {
            run.offers(offer);
            return run.may_end();
        });
    }

    [[nodiscard]] std::string explain(std::string_view line) override {
        std::string why;
        each([&](Run& run) {
            why = run.explain(line);
            return why.empty() && run.may_end();
        });
        return why;
    }

private:
    /// The item under way and those after it, as long as `visit` returns true.
    template <typename Visit>
    void each(const Visit& visit) const {
        bool go_on = !current_ || visit(*current_);
        for (std::size_t i = next_; go_on && i < items_.size(); ++i) {
            go_on = visit(*make_run(items_[i], scope_));
        }
    }

    const std::vector<Item>& items_;
    Scope& scope_;
    std::unique_ptr<Run> current_;
    std::size_t next_ = 0;
};

/// A sequence with a scope of its own: a turn, a round, a value's lines.
struct Strand {
    Strand(const std::vector<Item>& items, Scope inner)
        : scope(std::move(inner)), run(items, scope) {}
    Strand(const Strand&) = delete;
    Strand& operator=(const Strand&) = delete;

    Scope scope;
    SequenceRun run;
};

class UnorderedRun : public Run {
public:
    UnorderedRun(const Block& block, Scope& scope) : outer_(scope) {
        for (const Item& item : block.body) {
            const auto& pattern = std::get<Pattern>(item.is);
            const auto same = std::find_if(lines_.begin(), lines_.end(), [&](const Line& line) {
                return line.pattern->pieces == pattern.pieces;
            });
            Line& line = same != lines_.end() ? *same : lines_.emplace_back(Line{&pattern, 0, 0});
            line.all += block.least;
            line.left = line.all;
        }
    }

    bool take(std::string_view line) override {
        for (Line& candidate : lines_) {
            Scope scope = outer_.inner(&taken_);
            if (candidate.left > 0 && take_line(*candidate.pattern, line, scope)) {
                --candidate.left;
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] bool may_end() const override {
        return std::all_of(lines_.begin(), lines_.end(),
                           [](const Line& line) { return line.left == 0; });
    }

    void offers(const Offer& offer) override {
        for (const Line& line : lines_) {
            if (line.left > 0) {
                LineRun::offer_line(*line.pattern, outer_.inner(&taken_), offer);
            }
        }
    }

    [[nodiscard]] std::string explain(std::string_view line) override {
        Taken none;
        for (const Line& candidate : lines_) {
            bool fits = false;
            const auto look = [&](const Pattern& pattern, const Scope& scope, const Reply* reply) {
                Captures captures;
                fits = fits || !compare(pattern, line, scope, reply, captures);
            };
            LineRun::offer_line(*candidate.pattern, outer_.inner(&none), look);
            if (fits && candidate.left == 0) {
                return candidate.all == 1
                           ? "this line came already"
                           : "such a line came " + std::to_string(candidate.all) + " times already";
            }
        }
        return "";
    }

private:
    struct Line {
        const Pattern* pattern;
        std::int64_t all;
        std::int64_t left;
    };

    Scope& outer_;
    std::vector<Line> lines_;
    Taken taken_;
};

class RepeatRun : public Run {
public:
    RepeatRun(const Block& block, Scope& scope) : block_(block), outer_(scope) {}

    bool take(std::string_view line) override {
        if (turn_ && turn_->run.take(line)) {
            return true;
        }
        if (!may_turn()) {
            return false;
        }
        auto next = turn(taken_);
        if (!next->run.take(line)) {
            return false;
        }
        turn_ = std::move(next);
        ++turns_;
        return true;
    }

    [[nodiscard]] bool may_end() const override {
        return turns_ >= block_.least && (!turn_ || turn_->run.may_end());
    }

    void offers(const Offer& offer) override {
        if (turn_) {
            turn_->run.offers(offer);
        }
        if (may_turn()) {
            turn(taken_)->run.offers(offer);
        }
    }

    [[nodiscard]] std::string explain(std::string_view line) override {
        Taken none;
        if (turns_ == block_.most && turn_->run.may_end() && turn(none)->run.take(line)) {
            return "this would be turn " + std::to_string(turns_ + 1) + ", and " +
                   std::to_string(block_.most) + (block_.most == 1 ? " is" : " are") + " the most";
        }
        return turn_ ? turn_->run.explain(line) : "";
    }

private:
    [[nodiscard]] bool may_turn() const {
        return turns_ < block_.most && (!turn_ || turn_->run.may_end());
    }
    [[nodiscard]] std::unique_ptr<Strand> turn(Taken& taken) const {
        return std::make_unique<Strand>(block_.body, outer_.inner(&taken));
    }

    const Block& block_;
    Scope& outer_;
    Taken taken_;
    std::unique_ptr<Strand> turn_;
    std::int64_t turns_ = 0;
};

class PerRun : public Run {
public:
    PerRun(const Block& block, Scope& scope) : block_(block), outer_(scope) {}

    bool take(std::string_view line) override {
        for (const auto& strand : strands_) {
            if (strand->run.take(line)) {
                return true;
            }
        }
        if (!may_open()) {
            return false;
        }
        auto fresh = strand(taken_);
        if (!fresh->run.take(line)) {
            return false;
        }
        strands_.push_back(std::move(fresh));
        return true;
    }

    [[nodiscard]] bool may_end() const override {
        return !may_open() && std::all_of(strands_.begin(), strands_.end(),
                                          [](const auto& strand) { return strand->run.may_end(); });
    }

    void offers(const Offer& offer) override {
        for (const auto& strand : strands_) {
            strand->run.offers(offer);
        }
        if (may_open()) {
            strand(taken_)->run.offers(offer);
        }
    }

    [[nodiscard]] std::string explain(std::string_view line) override {
        Taken none;
        const auto probe = strand(none);
        if (!probe->run.take(line)) {
            return "";
        }
        const std::string_view value = *probe->scope.value(block_.key);
        if (taken_[block_.key].contains(value)) {
            return "the lines of ${" + block_.key + "} = " + std::string(value) +
                   " begin a second time";
        }
        return may_open() ? ""
                          : "a new value of ${" + block_.key + "}, beyond the " +
                                std::to_string(block_.most) + " that there should be";
    }

private:
    [[nodiscard]] bool may_open() const {
        return static_cast<std::int64_t>(strands_.size()) < block_.most;
    }
    [[nodiscard]] std::unique_ptr<Strand> strand(Taken& taken) const {
        return std::make_unique<Strand>(block_.body, outer_.inner(&taken));
    }

    const Block& block_;
    Scope& outer_;
    Taken taken_;  // its set of keys keeps a known value from opening a second strand
    std::vector<std::unique_ptr<Strand>> strands_;
};

class AsRepliedRun : public Run {
public:
    AsRepliedRun(const Block& block, Scope& scope) : block_(block), outer_(scope) {
        for (const Reply& reply : scope.context->replies) {
            left_.push_back(&reply);
        }
    }

    bool take(std::string_view line) override {
        if (round_ && round_->strand.run.take(line)) {
            return true;
        }
        if (!may_open()) {
            return false;
        }
        auto next = round();
        if (!next->strand.run.take(line)) {
            return false;
        }
        left_ = left_after_this_round();
        round_ = std::move(next);
        return true;
    }

    [[nodiscard]] bool may_end() const override {
        return left_.size() == (round_ ? 1U : 0U) && (!round_ || round_->strand.run.may_end());
    }

    void offers(const Offer& offer) override {
        if (round_) {
            round_->strand.run.offers(offer);
        }
        if (may_open()) {
            round()->strand.run.offers(offer);
        }
    }

    [[nodiscard]] std::string explain(std::string_view line) override {
        if (std::string why = round_ ? round_->strand.run.explain(line) : ""; !why.empty()) {
            return why;
        }
        const bool between = !round_ || round_->strand.run.may_end();
        if (!between) {
            return "";
        }
        for (const Reply& reply : outer_.context->replies) {
            if (begins_round_of(reply, line)) {
                outer_.context->misplaced = true;
                return told_of(reply);
            }
        }
        return of_no_reply(line);
    }

private:
    struct Round {
        Round(const std::vector<Item>& items, Scope inner, std::vector<const Reply*> about)
            : replies(std::move(about)), strand(items, with(std::move(inner), &replies)) {}
        static Scope with(Scope scope, std::vector<const Reply*>* replies) {
            scope.replies = replies;
            return scope;
        }
        std::vector<const Reply*> replies;  ///< what this round can still be about
        Strand strand;
    };

    [[nodiscard]] std::vector<const Reply*> left_after_this_round() const {
        auto left = left_;
        if (round_) {
            // Those still in question differ in nothing that a round shows: any will do.
            left.erase(std::find(left.begin(), left.end(), round_->replies.front()));
        }
        return left;
    }
    [[nodiscard]] bool may_open() const {
        return round_ ? left_.size() > 1 && round_->strand.run.may_end() : !left_.empty();
    }
    [[nodiscard]] std::unique_ptr<Round> round() {
        auto about = left_after_this_round();
        if (outer_.context->replies_in_order) {
            about.resize(1);
        }
        return std::make_unique<Round>(block_.body, outer_.inner(&taken_), std::move(about));
    }

    [[nodiscard]] bool begins_round_of(const Reply& reply, std::string_view line) const {
        Taken none;
        Round round(block_.body, outer_.inner(&none), {&reply});
        return round.strand.run.take(line);
    }

    /// A sentence for a line that begins as a round does, and can't be about any reply.
    [[nodiscard]] std::string of_no_reply(std::string_view line) const {
        const auto* pattern = std::get_if<Pattern>(&block_.body.front().is);
        const auto* label = pattern == nullptr || pattern->pieces.empty()
                                ? nullptr
                                : std::get_if<std::string>(&pattern->pieces.front());
        if (label == nullptr || !line.starts_with(*label) || may_open()) {
            return "";
        }
        const std::size_t sent = outer_.context->replies.size();
        return sent == 0 ? "this tells of a reply, and none was sent in full"
                         : "this tells of one more reply than were sent in full (" +
                               std::to_string(sent) + ")";
    }

    [[nodiscard]] std::string told_of(const Reply& reply) const {
        const auto left = left_after_this_round();
        const std::string which = "reply " + std::to_string(reply.number);
        if (std::find(left.begin(), left.end(), &reply) == left.end()) {
            return "this tells of " + which + ", which was told already";
        }
        if (outer_.context->replies_in_order && left.front() != &reply) {
            return "this tells of " + which + ", but reply " +
                   std::to_string(left.front()->number) + " came before it";
        }
        return "";
    }

    const Block& block_;
    Scope& outer_;
    Taken taken_;
    std::vector<const Reply*> left_;  ///< not told yet; the one of the round under way included
    std::unique_ptr<Round> round_;
};

std::unique_ptr<Run> make_run(const Item& item, Scope& scope) {
    if (const auto* pattern = std::get_if<Pattern>(&item.is)) {
        return std::make_unique<LineRun>(*pattern, scope);
    }
    const auto& block = std::get<Block>(item.is);
    switch (block.is) {
        case Block::Is::unordered:
            return std::make_unique<UnorderedRun>(block, scope);
        case Block::Is::as_replied:
            return std::make_unique<AsRepliedRun>(block, scope);
        case Block::Is::per:
            return std::make_unique<PerRun>(block, scope);
        case Block::Is::repeat:
            break;
    }
    return std::make_unique<RepeatRun>(block, scope);
}

// From a refused line to its explanation.

bool fits(const Pattern& pattern, std::string_view line, const Scope& scope, const Reply* reply) {
    Captures captures;
    return !compare(pattern, line, scope, reply, captures);
}

/// A sentence for a line that fits but for what can't be seen at its end, else an empty one.
std::string invisible_end(const Pattern& pattern, std::string_view line, const Scope& scope,
                          const Reply* reply) {
    constexpr std::string_view unseen = " \t\r";
    if (line.ends_with('\r') && fits(pattern, line.substr(0, line.size() - 1), scope, reply)) {
        return "the line ends with a carriage return";
    }
    const std::size_t last = line.find_last_not_of(unseen);
    const std::string_view bare = line.substr(0, last == line.npos ? 0 : last + 1);
    if (bare.size() < line.size() && fits(pattern, bare, scope, reply)) {
        return "only the blanks at the end of the line are too many";
    }
    const std::string whole = filled(pattern, scope, reply);
    if (whole.starts_with(line) && whole.find_first_not_of(unseen, line.size()) == whole.npos) {
        return "only blanks at the end of the line are missing";
    }
    return "";
}

/// The last thing in the line that looks like a nonce, or an empty text.
std::string_view nonce_in(std::string_view line) {
    const std::size_t end = line.rfind(']');
    const std::size_t begin = end == line.npos ? line.npos : line.rfind('[', end);
    constexpr std::size_t longest = 18;
    if (begin == line.npos || end - begin + 1 > longest) {
        return "";
    }
    return line.substr(begin, end - begin + 1);
}

/// A sentence about a line that carries another nonce than that of `reply`.
std::string about_nonce(const Pattern& pattern, std::string_view line, const Context& context,
                        const Reply& reply) {
    const bool shown = std::find(pattern.pieces.begin(), pattern.pieces.end(),
                                 Piece(Known::nonce)) != pattern.pieces.end();
    const std::string_view nonce = nonce_in(line);
    if (!shown || nonce.empty() || nonce == reply.nonce) {
        return "";
    }
    for (const Reply& other : context.replies) {
        if (other.nonce == nonce) {
            return "the nonce " + std::string(nonce) + " is that of reply " +
                   std::to_string(other.number);
        }
    }
    return "no reply carried the nonce " + std::string(nonce);
}

std::string why(const Difference& difference, const Pattern& pattern, std::string_view line,
                const Scope& scope, const Reply* reply) {
    if (difference.is == Difference::Is::rebound) {
        return "${" + std::string(difference.name) + "} was " + std::string(difference.text) +
               " before";
    }
    if (difference.is == Difference::Is::repeated) {
        return "the value " + std::string(difference.text) + " of ${" +
               std::string(difference.name) + "} came twice";
    }
    if (difference.is == Difference::Is::unrelated) {
        return "it must hold that " + difference.relation;
    }
    std::string sentence = invisible_end(pattern, line, scope, reply);
    if (sentence.empty() && reply != nullptr) {
        sentence = about_nonce(pattern, line, *scope.context, *reply);
    }
    return sentence;
}

/// Collects the offers that come closest to a line.
class Closest {
public:
    /// `line`: what came, or nothing at the end of the output.
    explicit Closest(std::optional<std::string_view> line) : line_(line) {}

    void hear(const Pattern& pattern, const Scope& scope, const Reply* reply) {
        Captures captures;
        std::optional<Difference> difference;
        if (line_) {
            difference = compare(pattern, *line_, scope, reply, captures);
        }
        const std::size_t column = difference ? difference->column : 0;
        const auto place = std::find_if(best_.begin(), best_.end(),
                                        [&](const Entry& entry) { return entry.column < column; });
        if (place == best_.end() && best_.size() == most_) {
            ++cut_;
            return;
        }
        best_.insert(place, {column, pattern.line, filled(pattern, scope, reply),
                             difference ? why(*difference, pattern, *line_, scope, reply) : "",
                             difference && difference->is == Difference::Is::unrelated});
        if (best_.size() > most_) {
            best_.pop_back();
            ++cut_;
        }
    }

    /// Fills in what the offers say. `may_end`: the output could also end here.
    void tell(Mismatch& mismatch, bool may_end, int end_line) const {
        for (const Entry& entry : best_) {
            mismatch.wanted.push_back(entry.text);
        }
        if (cut_ > 0) {
            mismatch.wanted.push_back("(" + std::to_string(cut_) + " more)");
        }
        if (may_end) {
            mismatch.wanted.emplace_back(end_of_output);
        }
        mismatch.expected_line = best_.empty() ? end_line : best_.front().line;
        mismatch.column = best_.empty() ? 0 : best_.front().column;
        mismatch.why = best_.empty() ? "" : best_.front().why;
        mismatch.unrelated = !best_.empty() && best_.front().unrelated;
    }

private:
    struct Entry {
        std::size_t column;
        int line;
        std::string text;
        std::string why;
        bool unrelated;
    };

    static constexpr std::size_t most_ = 8;
    std::optional<std::string_view> line_;
    std::vector<Entry> best_;  // by column, the greatest first; as offered among equals
    std::size_t cut_ = 0;
};

std::optional<std::string> never_line(const Expected& expected, std::string_view line,
                                      Context& context) {
    Taken none;
    const Scope scope{&context, nullptr, &none, nullptr, {}};
    for (const Never& never : expected.never) {
        bool fit = false;
        if (!names_a_reply(never.pattern)) {
            fit = fits(never.pattern, line, scope, nullptr);
        } else {
            for (const Reply& reply : context.replies) {
                fit = fit || fits(never.pattern, line, scope, &reply);
            }
        }
        if (fit) {
            return never.pattern.source;
        }
    }
    return std::nullopt;
}

void need_values(const Pattern& pattern, const Facts& facts) {
    for (const Piece& piece : pattern.pieces) {
        const auto* known = std::get_if<Known>(&piece);
        if (known != nullptr && *known < Known::message &&
            !facts.values.contains(std::string(name(*known)))) {
            throw std::invalid_argument("no value for ${" + std::string(name(*known)) + "}");
        }
    }
}

void need_values(const std::vector<Item>& items, const Facts& facts) {
    for (const Item& item : items) {
        if (const auto* pattern = std::get_if<Pattern>(&item.is)) {
            need_values(*pattern, facts);
        } else {
            need_values(std::get<Block>(item.is).body, facts);
        }
    }
}

Context context_of(const Facts& facts) {
    Context context;
    for (const Known which : {Known::server, Known::host, Known::port, Known::seed}) {
        const auto value = facts.values.find(std::string(name(which)));
        if (value != facts.values.end()) {
            context.values[static_cast<std::size_t>(which)] = value->second;
        }
    }
    for (const RepliedWith& reply : facts.replies) {
        context.replies.push_back({reply.message, reply.nonce, std::to_string(reply.delay_ms),
                                   context.replies.size() + 1});
    }
    context.replies_in_order = facts.replies_in_order;
    return context;
}

/// Tells of the line that `root` refused, or of the end of the output if there is none.
Mismatch mismatch_at(const Expected& expected, SequenceRun& root, Context& context,
                     std::size_t line_index, std::optional<std::string_view> line) {
    Mismatch mismatch;
    mismatch.output_line = static_cast<int>(line_index) + 1;
    mismatch.got = line.value_or(end_of_output);
    Closest closest(line);
    root.offers([&](const Pattern& pattern, const Scope& scope, const Reply* reply) {
        closest.hear(pattern, scope, reply);
    });
    closest.tell(mismatch, root.may_end(), expected.end_line);
    if (line) {
        if (std::string better = root.explain(*line); !better.empty()) {
            mismatch.why = std::move(better);
        }
        mismatch.misplaced = context.misplaced;
        mismatch.never = never_line(expected, *line, context);
    }
    return mismatch;
}

constexpr std::string_view no_newline = "the last line lacks its newline";

}  // namespace

std::optional<Mismatch> match(const Expected& expected, std::string_view output,
                              const Facts& facts) {
    need_values(expected.body, facts);
    for (const Never& never : expected.never) {
        need_values(never.pattern, facts);
    }
    Context context = context_of(facts);
    Scope scope{&context, nullptr, nullptr, nullptr, {}};
    SequenceRun root(expected.body, scope);
    const auto lines = split_lines(output);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!root.take(lines[i])) {
            return mismatch_at(expected, root, context, i, lines[i]);
        }
    }
    const bool unfinished = !output.empty() && !output.ends_with('\n');
    if (!root.may_end()) {
        Mismatch mismatch = mismatch_at(expected, root, context, lines.size(), std::nullopt);
        mismatch.why = unfinished ? no_newline : "";
        return mismatch;
    }
    if (unfinished) {
        const std::string last(lines.back());
        return Mismatch{static_cast<int>(lines.size()),
                        context.last_taken,
                        {last},
                        last,
                        last.size(),
                        std::string(no_newline),
                        false,
                        false,
                        std::nullopt};
    }
    return std::nullopt;
}

}  // namespace checker
