// Tests of the language of expected.txt: what a file means, what is wrong with one, and which lines
// two patterns could both take.
#include "expected.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <random>
#include <string>

#include "matcher.hpp"

namespace {

using namespace checker;

Expected parsed(std::string_view text) {
    return parse_expected(text, "e.txt");
}

/// What is wrong with the text, as it is told.
std::string refusal(std::string_view text) {
    try {
        (void)parsed(text);
    } catch (const SpecError& error) {
        return error.what();
    }
    return "(accepted)";
}

Pattern pattern(const std::string& line) {
    return std::get<Pattern>(parsed(line + "\n").body.at(0).is);
}

const Pattern& pattern_at(const Expected& expected, std::size_t index) {
    return std::get<Pattern>(expected.body.at(index).is);
}

const Block& block(const Expected& expected, std::size_t index) {
    return std::get<Block>(expected.body.at(index).is);
}

/// Two lines of which one may follow the other, so that both must be told apart.
std::string between(const std::string& one, const std::string& other) {
    return refusal("%unordered\n" + one + "\n" + other + "\n%end\n");
}

TEST_CASE("a line is its literal text, its known values and its captures") {
    const Pattern read = pattern("to ${server}: ${n:int} of ${all_2:rest}");
    REQUIRE(read.pieces.size() == 6);
    CHECK(std::get<std::string>(read.pieces[0]) == "to ");
    CHECK(std::get<Known>(read.pieces[1]) == Known::server);
    CHECK(std::get<std::string>(read.pieces[2]) == ": ");
    CHECK(std::get<Capture>(read.pieces[3]) == Capture{"n", Kind::integer, false});
    CHECK(std::get<Capture>(read.pieces[5]) == Capture{"all_2", Kind::rest, false});
    CHECK(read.source == "to ${server}: ${n:int} of ${all_2:rest}");
    CHECK(read.line == 1);
}

TEST_CASE("escapes stand for a percent sign at the start and for a literal placeholder") {
    const auto literal = [](const std::string& line) {
        const Pattern read = pattern(line);
        REQUIRE(read.pieces.size() == 1);
        return std::get<std::string>(read.pieces[0]);
    };
    CHECK(literal("%%end") == "%end");
    CHECK(literal("%%%") == "%%");
    CHECK(literal("a %% b") == "a %% b");
    CHECK(literal("$${n:int}") == "${n:int}");
    CHECK(literal("$$${x}") == "$${x}");
    CHECK(literal("costs 5$ or $HOME or {x}") == "costs 5$ or $HOME or {x}");
    CHECK(literal("ends in $") == "ends in $");
    CHECK(pattern("").pieces.empty());
}

TEST_CASE("blocks hold their lines and their numbers") {
    const Expected read = parsed(
        "start\n"
        "%unordered 5\nsent ${n:int distinct}\n%end\n"
        "%as_replied\ngot ${message} ${nonce}\n%repeat 0 2\nagain after ${delay}\n%end\n"
        "%unordered\na\nb ${delay}\n%end\n%end\n"
        "%per thread 3\n${thread:int} begins\n${thread:int} ends\n%end\n"
        "%never oops ${any:rest}\n");
    REQUIRE(read.body.size() == 4);
    CHECK(block(read, 1).is == Block::Is::unordered);
    CHECK(block(read, 1).line == 2);
    CHECK(block(read, 1).least == 5);
    CHECK(block(read, 1).most == 5);
    CHECK(block(read, 2).is == Block::Is::as_replied);
    REQUIRE(block(read, 2).body.size() == 3);
    const auto& again = std::get<Block>(block(read, 2).body[1].is);
    CHECK((again.is == Block::Is::repeat && again.least == 0 && again.most == 2));
    CHECK(block(read, 3).is == Block::Is::per);
    CHECK(block(read, 3).key == "thread");
    CHECK(block(read, 3).most == 3);
    REQUIRE(read.never.size() == 1);
    CHECK(read.never[0].pattern.source == "oops ${any:rest}");
    CHECK(read.end_line == 20);
}

TEST_CASE("an empty file is refused, a file of one empty line is not") {
    CHECK(refusal("") ==
          "e.txt:1: the file is empty; if no output is right, say which would be wrong: %never "
          "${any:rest}");
    CHECK(refusal("\n") == "(accepted)");
    CHECK(parsed("%never ${any:rest}\n").body.empty());
}

TEST_CASE("an unknown directive is refused with the one that was meant") {
    CHECK(refusal("a\n%unorderd 5\nb\n%end\n") ==
          "e.txt:2: unknown directive \"%unorderd\"; did you mean \"%unordered\"? (a line that "
          "begins with % is written %%)");
    CHECK(refusal("%zzz\n") ==
          "e.txt:1: unknown directive \"%zzz\"; known: %unordered, %as_replied, %per, %repeat, "
          "%never, %where, %end (a line that begins with % is written %%)");
    CHECK(refusal("%\n").starts_with("e.txt:1: unknown directive \"%\""));
    CHECK(refusal("%unordered\na\n%end\r\n") ==
          "e.txt:3: unknown directive \"%end␍\"; did you mean \"%end\"? (a line that begins with % "
          "is written %%)");
}

TEST_CASE("a block that is not closed and an end too many are refused") {
    CHECK(refusal("a\n%unordered\nb\n") == "e.txt:2: %unordered has no %end");
    CHECK(refusal("%as_replied\n%repeat 1 2\na ${nonce}\n%end\n") ==
          "e.txt:1: %as_replied has no %end");
    CHECK(refusal("a\n%end\n") == "e.txt:2: %end, but no block is open");
    CHECK(refusal("%unordered\na\n%end now\n") ==
          "e.txt:3: nothing can follow %end, here \" now\"");
    CHECK(refusal("%unordered\n%end\n") == "e.txt:1: %unordered holds no line");
    CHECK(refusal("%unordered\n%never a\n%end\n") == "e.txt:1: %unordered holds no line");
}

TEST_CASE("wrong numbers are refused with the form that is right") {
    CHECK(refusal("%unordered 0\na\n%end\n") ==
          "e.txt:1: must read %unordered [N]; \"0\" is no number from 1 to 1000000000");
    CHECK(refusal("%unordered five\na\n%end\n") ==
          "e.txt:1: must read %unordered [N]; \"five\" is no number from 1 to 1000000000");
    CHECK(refusal("%unordered 1 2\na\n%end\n") == "e.txt:1: must read %unordered [N]");
    CHECK(refusal("%unordered 1000000001\na\n%end\n").starts_with("e.txt:1: must read"));
    CHECK(refusal("%unordered 99999999999999999999\na\n%end\n").starts_with("e.txt:1: must read"));
    CHECK(refusal("%as_replied 2\na\n%end\n") == "e.txt:1: must read %as_replied");
    CHECK(refusal("%per x\n${x:int}\n%end\n") == "e.txt:1: must read %per KEY N");
    CHECK(refusal("%per 3 x\n${x:int}\n%end\n") == "e.txt:1: must read %per KEY N");
    CHECK(refusal("%per x -3\n${x:int}\n%end\n").starts_with("e.txt:1: must read %per KEY N; "));
    CHECK(refusal("%repeat 2\na\n%end\n") == "e.txt:1: must read %repeat LEAST MOST");
    CHECK(refusal("%repeat 0 0\na\n%end\n") ==
          "e.txt:1: must read %repeat LEAST MOST; \"0\" is no number from 1 to 1000000000");
    CHECK(refusal("%repeat 3 2\na\n%end\n") == "e.txt:1: %repeat: LEAST is greater than MOST");
    CHECK(refusal("%repeat 1.5 2\na\n%end\n").starts_with("e.txt:1: must read %repeat LEAST MOST"));
}

TEST_CASE("a never needs its line, written as the line itself would be") {
    CHECK(refusal("%never\n") == "e.txt:1: %never needs the line that is never right: %never LINE");
    CHECK(refusal("%never \n") ==
          "e.txt:1: %never needs the line that is never right: %never LINE");
    CHECK(refusal("%never %end\n") ==
          "e.txt:1: a line that begins with % is written %%, after %never too");
    CHECK(refusal("%never ${nonce}\n") == "e.txt:1: ${nonce} is known only inside %as_replied");
    CHECK(refusal("%never %%end\n") == "(accepted)");
}

TEST_CASE("a misspelt placeholder is refused with what was meant") {
    CHECK(refusal("to ${sever}\n") ==
          "e.txt:1: unknown placeholder ${sever}; did you mean ${server}?");
    CHECK(refusal("${n}\n") ==
          "e.txt:1: unknown placeholder ${n}; a capture names its kind: ${x:int}, ${x:hex}, "
          "${x:word} or ${x:rest}");
    CHECK(refusal("a\n${n:itn}\n") ==
          "e.txt:2: ${n:itn}: unknown kind \"itn\"; did you mean \"int\"?");
    CHECK(refusal("${n:}\n") ==
          "e.txt:1: ${n:}: unknown kind \"\"; known: int, number, hex, word, rest");
    CHECK(refusal("%unordered\n${n:int distnict}\n%end\n") ==
          "e.txt:2: ${n:int distnict}: only \"distinct\" can follow the kind");
    CHECK(refusal("${server:word}\n") ==
          "e.txt:1: ${server:word}: \"server\" is a known value and can't be captured; write "
          "${server}");
    CHECK(refusal("${N:int}\n") ==
          "e.txt:1: ${N:int}: \"N\" is no name; names are made of a to z, 0 to 9 and _");
    CHECK(refusal("${:int}\n").starts_with("e.txt:1: ${:int}: \"\" is no name"));
    CHECK(refusal("${1n:int}\n").starts_with("e.txt:1: ${1n:int}: \"1n\" is no name"));
    CHECK(refusal("a ${n:int\n") ==
          "e.txt:1: no } closes \"${n:int\" (a literal ${ is written $${)");
    CHECK(refusal("got ${message}\n") == "e.txt:1: ${message} is known only inside %as_replied");
}

TEST_CASE("only some blocks may stand in others") {
    const auto nested = [](const std::string& outer, const std::string& inner) {
        return refusal(outer + "\n${k:int} ${n1:word}\n" + inner + "\n${k:int}\n%end\n%end\n");
    };
    const std::string unordered = "%unordered";
    const std::string replied = "%as_replied";
    const std::string repeat = "%repeat 1 2";
    const std::string per = "%per k 2";
    for (const std::string& outer : {replied, repeat, per}) {
        CAPTURE(outer);
        CHECK(nested(outer, unordered) == "(accepted)");
        CHECK(nested(outer, repeat) == "(accepted)");
        CHECK(nested(outer, replied) == "e.txt:3: %as_replied can't stand inside " +
                                            outer.substr(0, outer.find(' ')) +
                                            ": only at the top level");
    }
    CHECK(nested(unordered, repeat) == "e.txt:3: %repeat can't stand inside %unordered");
    CHECK(nested(unordered, unordered) == "e.txt:3: %unordered can't stand inside %unordered");
    CHECK(nested(unordered, per) == "e.txt:3: %per can't stand inside %unordered");
    CHECK(nested(per, per) == "e.txt:3: %per can't stand inside %per");
    CHECK(refusal("%as_replied\na\n%per k 2\n${k:int} x\n%end\n%end\n") == "(accepted)");
    CHECK(refusal("%as_replied\n%repeat 1 1\n%unordered\na\n%end\n%end\n%end\n") ==
          "e.txt:3: %unordered inside %repeat inside %as_replied: blocks nest one level");
}

TEST_CASE("where the end of a value isn't plain the line is refused") {
    const std::string put = "; put a blank or another character between them";
    CHECK(refusal("${a:int}${b:int}\n") ==
          "e.txt:1: where does ${a:int} end? ${b:int} right behind it may begin with what could "
          "belong to it" +
              put);
    CHECK(refusal("${a:int}0\n") ==
          "e.txt:1: where does ${a:int} end? \"0\" right behind it may begin with what could "
          "belong to it" +
              put);
    CHECK(refusal("${a:word}.\n") ==
          "e.txt:1: where does ${a:word} end? \".\" right behind it may begin with what could "
          "belong to it" +
              put);
    CHECK(refusal("${a:rest} b\n") ==
          "e.txt:1: ${a:rest} takes all the rest: it must stand last on the line");
    for (const char* wrong :
         {"${a:hex}x", "${a:hex}f", "${a:int}${port}", "${a:word}${server}", "${a:int}${b:rest}"}) {
        CAPTURE(wrong);
        CHECK(refusal(wrong).starts_with("e.txt:1: where does "));
    }
    for (const char* right :
         {"${a:int}-${b:int}", "${a:int}ms", "${a:hex}g", "${a:word} ${b:word}", "${a:word}\t",
          "${a:rest}", "${a:int} ${b:rest}", "${port}${a:int}", "${host}:${port}"}) {
        CAPTURE(right);
        CHECK(refusal(right) == "(accepted)");
    }
}

TEST_CASE("where a reply's value ends must be plain too") {
    const auto in_round = [](const std::string& line) {
        return refusal("%as_replied\n" + line + "\n%end\n");
    };
    CHECK(in_round("${delay}${port}").starts_with("e.txt:2: where does ${delay} end?"));
    CHECK(in_round("${message}${n:int}").starts_with("e.txt:2: where does ${message} end?"));
    CHECK(in_round("${message} ${x:rest}") ==
          "e.txt:2: where does ${message} end? What stands behind it could be a part of it; the "
          "line must also hold ${nonce}");
    CHECK(in_round("${message}:${x:word}").starts_with("e.txt:2: where does ${message} end?"));
    CHECK(in_round("${message}1${delay}").starts_with("e.txt:2: where does ${message} end?"));
    CHECK(in_round("${message}:${x:word} ${nonce}") == "(accepted)");
    CHECK(in_round("${message} ${x:word}") == "(accepted)");
    CHECK(in_round("${message} after ${delay} ms, ${n:int}") == "(accepted)");
    CHECK(in_round("${message} twice: ${message}") == "(accepted)");
    CHECK(in_round("${message}${nonce} ${x:rest}") == "(accepted)");
    CHECK(in_round("${message} ${nonce} after ${delay} ms") == "(accepted)");
}

TEST_CASE("a name has one kind, and distinct a place where it means something") {
    CHECK(refusal("${n:int}\n${n:hex}\n") == "e.txt:2: ${n} is int in line 1 and hex here");
    CHECK(refusal("${n:int distinct}\n") ==
          "e.txt:1: ${n}: distinct has a meaning only inside a block");
    CHECK(refusal("${n:int}\n%unordered 2\nx ${n:int distinct}\n%end\n") ==
          "e.txt:3: ${n} has its value from line 1 and can't be distinct here");
    CHECK(refusal("%unordered 2\nx ${n:int}\n%end\n${n:word}\n") == "(accepted)");
    CHECK(refusal("%unordered\nx ${n:int}\ny ${n:word}\n%end\n") == "(accepted)");
}

TEST_CASE("every line of a per holds its key, alike up to it where lines could be confused") {
    CHECK(refusal("%per t 2\n${t:int} begins\nends\n%end\n") ==
          "e.txt:3: every line inside %per t must hold ${t:KIND}; this one doesn't");
    CHECK(refusal("${t:int}\n%per t 2\nx ${t:int}\n%end\n") ==
          "e.txt:2: %per: ${t} has its value from line 1; choose another name");
    CHECK(refusal("%per t 2\n${t:int distinct}\n%end\n") ==
          "e.txt:2: ${t} is the key of its %per: drop the word distinct, its values differ anyway");
    CHECK(refusal("%per t 2\n%repeat 1 2\n${t:int}\n%end\n%end\n") ==
          "e.txt:1: %per must begin with a line, not with a block");
    CHECK(refusal("%per t 2\na ${t:int} ${x:int}\na ${x:int} ${t:int}\n%end\n") ==
          "e.txt:3: ambiguous: lines 2 and 3 could both take \"a 0 0\" but find ${t} in different "
          "places; write them alike up to the key");
    CHECK(refusal("%per t 2\na ${t:int} ${x:int}\na ${t:int} ${y:rest}\n%end\n") == "(accepted)");
    CHECK(refusal("%per t 2\na ${t:int}\na ${t:int}\n%end\n") == "(accepted)");
}

TEST_CASE("two lines of an unordered that could take the same line are refused with an example") {
    CHECK(between("sent ${n:int}", "sent ${w:word}") ==
          "e.txt:3: ambiguous: lines 2 and 3 of one %unordered could both take \"sent 0\"; make "
          "them differ");
    CHECK(between("at ${server}", "at ${w:rest}").find("could both take \"at 0\"") !=
          std::string::npos);
    CHECK(between("port ${port}", "port ${n:int}").find("could both take \"port 0\"") !=
          std::string::npos);
    CHECK(between("a", "a") == "(accepted)");
    CHECK(between("a ${n:int}", "a ${n:int}") == "(accepted)");
    CHECK(between("a", "b") == "(accepted)");
    CHECK(between("sent ${n:int}", "sent ${n:int} again") == "(accepted)");
    CHECK(between("${a:int}", "${a:word}") ==
          "e.txt:3: ambiguous: lines 2 and 3 of one %unordered could both take \"0\"; make them "
          "differ");
}

TEST_CASE("a repeat that may end early must differ from all that may follow") {
    CHECK(refusal("%repeat 1 3\nx ${n:int}\n%end\nx ${w:word}\n") ==
          "e.txt:4: ambiguous: when the %repeat of line 1 may end, its line 2 and line 4 could "
          "both take \"x 0\"; make them differ, or repeat an exact number of times");
    CHECK(refusal("%repeat 0 3\nx\ny\n%end\n%repeat 0 1\nz\n%end\nx\n") ==
          "e.txt:8: ambiguous: when the %repeat of line 1 may end, its line 2 and line 8 could "
          "both take \"x\"; make them differ, or repeat an exact number of times");
    CHECK(refusal("%repeat 1 3\nx\n%end\n%unordered\ny\nx\n%end\n")
              .starts_with("e.txt:6: ambiguous"));
    CHECK(refusal("%repeat 1 3\nx\n%end\n%as_replied\ny ${nonce}\n%end\nx\n")
              .starts_with("e.txt:7: ambiguous"));
    CHECK(refusal("%repeat 1 3\nx\n%end\n%per k 2\n${k:word}\n%end\n")
              .starts_with("e.txt:5: ambiguous"));
    CHECK(refusal("%as_replied\nx ${nonce}\n%repeat 0 3\nx ${w:word}\n%end\n%end\n")
              .starts_with("e.txt:2: ambiguous"));
    CHECK(refusal("%repeat 1 2\na\n%repeat 0 3\nb\n%end\n%end\nb\n")
              .starts_with("e.txt:7: ambiguous"));
    CHECK(refusal("%per k 2\n${k:int} a\n%repeat 0 1\n${k:int} b\n%end\n%end\n${x:int} b\n")
              .starts_with("e.txt:7: ambiguous"));
}

TEST_CASE("blocks of an exact length need not differ from what follows") {
    CHECK(refusal("%repeat 3 3\nx\n%end\nx\n") == "(accepted)");
    CHECK(refusal("%unordered\nx\ny\n%end\nx\n") == "(accepted)");
    CHECK(refusal("%repeat 2 2\n%per w 4\nworker ${w:int} waits\n%end\n%end\n") == "(accepted)");
}

TEST_CASE("a turn and a round must have a line that always comes") {
    CHECK(refusal("%repeat 1 2\n%repeat 0 1\na\n%end\n%end\n") ==
          "e.txt:1: %repeat may take no line at all; it needs one that always comes");
    CHECK(refusal("%as_replied\n%repeat 0 1\na ${nonce}\n%end\n%end\n") ==
          "e.txt:1: %as_replied may take no line at all; it needs one that always comes");
}

TEST_CASE("which reply a round belongs to must be plain from lines that always come") {
    CHECK(refusal("%as_replied\nafter ${delay}\n%repeat 0 1\ngot ${message}\n%end\n%end\n") ==
          "e.txt:4: ${message} in a line that may not come; a line that always comes must hold it "
          "too, or ${nonce}, to tell which reply the round belongs to");
    CHECK(refusal("%as_replied\nx ${nonce}\n%repeat 0 1\ngot ${message}\n%end\n%end\n") ==
          "(accepted)");
}

// common_line() against the matcher itself, over all short lines of a small alphabet.

/// Whether a file of this one line takes `line`.
bool takes(const std::string& written, const std::string& line) {
    return !match(parsed(written + "\n"), line + "\n", {});
}

std::vector<std::string> all_lines(std::string_view alphabet, std::size_t longest) {
    std::vector<std::string> lines{""};
    for (std::size_t begin = 0, length = 0; length < longest; ++length) {
        const std::size_t end = lines.size();
        for (; begin < end; ++begin) {
            for (const char c : alphabet) {
                lines.push_back(lines[begin] + c);
            }
        }
    }
    return lines;
}

TEST_CASE("a common line is found if and only if there is one, and it is the shortest") {
    const std::vector<std::string> pieces{"0",        "a",        "x",         " ",        "-",
                                          "${a:int}", "${b:hex}", "${c:word}", "${d:rest}"};
    const auto lines = all_lines("01ax -", 4);
    std::mt19937 random(7);
    std::vector<std::string> written;
    while (written.size() < 60) {
        std::string candidate;
        for (unsigned i = 0; i < 1 + random() % 3; ++i) {
            candidate += pieces[random() % pieces.size()];
        }
        if (refusal(candidate + "\n") == "(accepted)") {
            written.push_back(candidate);
        }
    }
    std::vector<std::vector<bool>> taken;
    for (const std::string& candidate : written) {
        std::vector<bool>& takes_it = taken.emplace_back();
        const Expected expected = parsed(candidate + "\n");
        for (const std::string& line : lines) {
            takes_it.push_back(!match(expected, line + "\n", {}));
        }
    }
    for (std::size_t i = 0; i < written.size(); ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            CAPTURE(written[i]);
            CAPTURE(written[j]);
            const auto found = common_line(pattern(written[i]), pattern(written[j]));
            std::optional<std::size_t> shortest;
            for (std::size_t k = 0; k < lines.size() && !shortest; ++k) {
                if (taken[i][k] && taken[j][k]) {
                    shortest = lines[k].size();
                }
            }
            if (shortest) {
                REQUIRE(found);
                CHECK(found->size() == *shortest);
            } else if (found) {
                CHECK(found->size() > 4);
            }
            if (found) {
                CHECK(takes(written[i], *found));
                CHECK(takes(written[j], *found));
            }
        }
    }
}

TEST_CASE("a common line holds for known values by their shapes") {
    const auto in_round = [](const std::string& line) {
        const Expected read = parsed("%as_replied\n" + line + "\n%end\n");
        return std::get<Pattern>(block(read, 0).body.at(0).is);
    };
    CHECK(common_line(in_round("${nonce}"), pattern("${a:word}")) == "[0]");
    CHECK(common_line(in_round("${message}"), pattern("exactly")) == "exactly");
    CHECK(common_line(in_round("${delay} ms"), pattern("${a:int} ms")) == "0 ms");
    CHECK_FALSE(common_line(in_round("${nonce}"), pattern("${a:int}")));
    CHECK_FALSE(common_line(in_round("${delay}"), pattern("-5")));
    CHECK_FALSE(common_line(pattern("${seed} "), pattern("${port}")));
}

TEST_CASE("every beginning of a good file is read or refused with a line") {
    const std::string good =
        "to ${server}\n%unordered 5\nsent ${n:int distinct}\n%end\n%as_replied\n"
        "GOT ${message} ${nonce}\n%repeat 0 2\nx $${ ${h:hex}\n%end\n%end\n%never a\nEND\n";
    CHECK(refusal(good) == "(accepted)");
    for (std::size_t length = 0; length < good.size(); ++length) {
        const std::string told = refusal(good.substr(0, length));
        CHECK((told == "(accepted)" || told.starts_with("e.txt:")));
    }
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        std::string text = good;
        text[random() % text.size()] = static_cast<char>(random() % 256);
        const std::string told = refusal(text);
        CHECK((told == "(accepted)" || told.starts_with("e.txt:")));
    }
}

TEST_CASE("a file that would take long to prove is refused instead") {
    const auto unordered = [](int lines, const std::string& begin, const std::string& end) {
        std::string text = "%unordered\n";
        for (int i = 0; i < lines; ++i) {
            text += begin + std::to_string(i) + end + "\n";
        }
        return text + "%end\n";
    };
    const auto in_vain = [](const std::string& text) {
        return refusal(text).ends_with(
            ": too many or too long lines to tell apart; let them begin with different literal "
            "text, or write smaller blocks");
    };
    CHECK(refusal(unordered(1000, "line ", ".")) == "(accepted)");
    CHECK(in_vain(unordered(3000, "line ", ".")));
    CHECK(refusal(unordered(60, "${n:int} of ", ".")) == "(accepted)");
    CHECK(in_vain(unordered(600, "${n:int} of ", ".")));
    CHECK(in_vain("%unordered\n" + std::string(3000, '\n') + "%end\n"));
    std::string messages = "%as_replied\n%unordered\n";
    for (const char* end : {"${nonce}\n", "x${nonce}\n"}) {
        for (int i = 0; i < 400; ++i) {
            messages += "${message} ";
        }
        messages += end;
    }
    CHECK(in_vain(messages + "%end\n%end\n"));
    std::string keys = "%per k 2\n";
    for (int i = 0; i < 400; ++i) {
        keys += "${w" + std::to_string(i) + ":word} ${k:int} " + std::to_string(i) + "\n";
    }
    CHECK(in_vain(keys + "%end\n"));
}

TEST_CASE("a refusal shows any bytes in a way that a terminal can bear, and not too many") {
    CHECK(refusal("${n\x1b[31m\xff}\n") ==
          "e.txt:1: unknown placeholder ${n\\x1b[31m\\xff}; a capture names its kind: ${x:int}, "
          "${x:hex}, ${x:word} or ${x:rest}");
    CHECK(refusal("${n:\x01}\n").find('\x01') == std::string::npos);
    CHECK(refusal("${" + std::string(5000, 'n') + ":int distinct}\n").size() < 300);
    CHECK(refusal("%per " + std::string(5000, 'k') + " 2\nx\n%end\n").size() < 400);
}

TEST_CASE("a missing file is refused by name") {
    CHECK_THROWS_WITH_AS((void)read_expected("/nonexistent/expected.txt"),
                         "/nonexistent/expected.txt: can't be read: No such file or directory",
                         SpecError);
}

}  // namespace

TEST_CASE("a where belongs to the line before it and names what is known by then") {
    const Expected read = parsed(
        "before ${a:int}\nafter ${b:number}\n%where b > 2 * a\n%where b <= a + 1.5\n"
        "%where 3 >= b - 1\n");
    const auto& where = pattern_at(read, 1).where;
    REQUIRE(where.size() == 3);
    CHECK(where[0] == Relation{3, "b > 2 * a", {"b", 1, 0}, Relation::Op::greater, {"a", 2, 0}});
    CHECK(where[1] ==
          Relation{4, "b <= a + 1.5", {"b", 1, 0}, Relation::Op::at_most, {"a", 1, 1.5}});
    CHECK(where[2] == Relation{5, "3 >= b - 1", {"", 1, 3}, Relation::Op::at_least, {"b", 1, -1}});
    CHECK(pattern_at(read, 0).where.empty());

    const std::string form =
        "must read %where TERM OP TERM, with blanks between; OP is <, <=, =, >= or >, TERM a "
        "number, NAME, NAME + NUMBER, NAME - NUMBER or NUMBER * NAME";
    for (const std::string wrong : {"a", "a <", "< a", "a<b", "a < b < a", "a + b < 3", "a * 2 < 3",
                                    "2 + a < 3", "a == 3", "a < Q", "a < 1e", ""}) {
        CAPTURE(wrong);
        CHECK(refusal("x ${a:int} ${b:int}\n%where " + wrong + "\n") == "e.txt:2: " + form);
    }
    CHECK(refusal("%where 1 < 2\n") ==
          "e.txt:1: %where speaks of the line before it, and there is none");
    CHECK(refusal("%repeat 0 1\nx\n%end\n%where 1 < 2\n") ==
          "e.txt:4: %where speaks of the line before it, and there is none");
    CHECK(refusal("%unordered\nx ${a:int}\n%where a < 2\n%end\n") ==
          "e.txt:3: %where can't stand inside %unordered");
    CHECK(refusal("x\n%where a < 2\ny ${a:int}\n") ==
          "e.txt:2: %where: no line up to here has ${a:KIND}");
    CHECK(refusal("x ${a:word}\n%where a < 2\n") ==
          "e.txt:2: %where compares numbers, and ${a} is word");
}
