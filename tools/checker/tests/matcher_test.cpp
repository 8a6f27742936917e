// Tests of the comparison of an output with its expected.txt: what it accepts, what it refuses and
// in what words. A reference matcher that tries everything checks the real one, which tries nothing
// twice.
#include "matcher.hpp"

#include <doctest/doctest.h>

#include <random>
#include <sstream>
#include <string>

#include "example_maker.hpp"
#include "reference_matcher.hpp"

namespace {

using namespace checker;
using checker_tests::ExampleMaker;
using checker_tests::ReferenceMatcher;

const Facts facts{
    {{"server", "127.0.0.1:4711"}, {"host", "127.0.0.1"}, {"port", "4711"}, {"seed", "81723"}},
    {{"one", "[aaaa]", 1000}, {"two", "[bbbb]", 2000}, {"three", "[cccc]", 2000}},
    true};

Facts in_any_order() {
    Facts any = facts;
    any.replies_in_order = false;
    return any;
}

std::optional<Mismatch> compared(std::string_view expected, std::string_view output,
                                 const Facts& with = facts) {
    return match(parse_expected(expected, "e.txt"), output, with);
}

bool fits(std::string_view expected, std::string_view output, const Facts& with = facts) {
    return !compared(expected, output, with);
}

/// All of a mismatch in one text.
std::string told(std::string_view expected, std::string_view output, const Facts& with = facts) {
    const auto mismatch = compared(expected, output, with);
    if (!mismatch) {
        return "(fits)";
    }
    std::ostringstream text;
    text << mismatch->output_line << " against " << mismatch->expected_line << ", column "
         << mismatch->column << "\n";
    for (const std::string& wanted : mismatch->wanted) {
        text << "- " << wanted << "\n";
    }
    text << "+ " << mismatch->got << "\n";
    if (!mismatch->why.empty()) {
        text << mismatch->why << "\n";
    }
    if (mismatch->never) {
        text << "never: " << *mismatch->never << "\n";
    }
    return text.str();
}

std::string why(std::string_view expected, std::string_view output, const Facts& with = facts) {
    const auto mismatch = compared(expected, output, with);
    return mismatch ? mismatch->why : "(fits)";
}

TEST_CASE("literal lines fit themselves, whole, in order, and nothing else") {
    CHECK(fits("a\nb\n", "a\nb\n"));
    CHECK(fits("a\n\nb", "a\n\nb\n"));
    CHECK(told("a\nb\n", "b\na\n") == "1 against 1, column 0\n- a\n+ b\n");
    CHECK(told("abc\n", "abd\n") == "1 against 1, column 2\n- abc\n+ abd\n");
    CHECK(told("abc\n", "abcd\n") == "1 against 1, column 3\n- abc\n+ abcd\n");
    CHECK(told("abc\n", "ab\n") == "1 against 1, column 2\n- abc\n+ ab\n");
    CHECK(told("a\nb\n", "a\n") == "2 against 2, column 0\n- b\n+ (end of output)\n");
    CHECK(told("a\n", "a\nb\n") == "2 against 2, column 0\n- (end of output)\n+ b\n");
    CHECK(told("a\n", "") == "1 against 1, column 0\n- a\n+ (end of output)\n");
}

TEST_CASE("the first difference is found wherever it is in a long line") {
    const std::string line(600, 'x');
    for (std::size_t at = 0; at < line.size(); ++at) {
        std::string other = line;
        other[at] = 'y';
        const auto mismatch = compared(line + "\n", other + "\n");
        REQUIRE(mismatch);
        CHECK(mismatch->column == at);
    }
}

TEST_CASE("an escaped line fits what it stands for") {
    CHECK(fits("%%end $${n:int}\n", "%end ${n:int}\n"));
}

TEST_CASE("a last line without its newline is a difference of its own") {
    CHECK(told("a\nbc\n", "a\nbc") ==
          "2 against 2, column 2\n- bc\n+ bc\nthe last line lacks its newline\n");
    CHECK(told("a\nb\n", "a") ==
          "2 against 2, column 0\n- b\n+ (end of output)\nthe last line lacks its newline\n");
    CHECK(told("a\nb\n", "a\nx") == "2 against 2, column 0\n- b\n+ x\n");
}

TEST_CASE("what the eye misses at the end of a line is said in words") {
    CHECK(why("ab\n", "ab\r\n") == "the line ends with a carriage return");
    CHECK(why("ab\n", "ab  \n") == "only the blanks at the end of the line are too many");
    CHECK(why("ab\n", "ab \r\n") == "only the blanks at the end of the line are too many");
    CHECK(why("ab \n", "ab\n") == "only blanks at the end of the line are missing");
    CHECK(why("n ${n:int}\n", "n 5 \n") == "only the blanks at the end of the line are too many");
    CHECK(why("ab\n", "abc\n").empty());
    CHECK(fits("HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("known values are those of the run") {
    CHECK(fits("to ${server} ${host} ${port} ${seed}!\n",
               "to 127.0.0.1:4711 127.0.0.1 4711 81723!\n"));
    CHECK(told("to ${server}\n", "to 127.0.0.1:8080\n") ==
          "1 against 1, column 13\n- to 127.0.0.1:4711\n+ to 127.0.0.1:8080\n");
    CHECK_THROWS_WITH_AS((void)compared("${server}\n", "", Facts{}), "no value for ${server}",
                         std::invalid_argument);
    CHECK_THROWS_AS((void)compared("%never ${seed}\n", "", Facts{}), std::invalid_argument);
}

TEST_CASE("captures take what their kind says and no more") {
    const auto takes = [](const std::string& kind, const std::string& text) {
        return fits("<${x:" + kind + "} >\n", "<" + text + " >\n");
    };
    for (const char* right : {"0", "-5", "123456789012345678901234567890"}) {
        CHECK(takes("int", right));
    }
    for (const char* wrong : {"", "-", "+5", "1.5", "a", "--5", "5-"}) {
        CAPTURE(wrong);
        CHECK_FALSE(takes("int", wrong));
    }
    for (const char* right : {"0", "-5", "1.5", "-0.25", "10.0"}) {
        CHECK(takes("number", right));
    }
    for (const char* wrong : {"", "-", ".5", "1.", "1.5.2", "1e5", "-.5"}) {
        CAPTURE(wrong);
        CHECK_FALSE(takes("number", wrong));
    }
    for (const char* right : {"0", "0x0", "0xdeadbeef", "cafe", "00ff"}) {
        CHECK(takes("hex", right));
    }
    for (const char* wrong : {"", "0x", "0xDEAD", "x12", "-5", "0x0x1"}) {
        CAPTURE(wrong);
        CHECK_FALSE(takes("hex", wrong));
    }
    CHECK(takes("word", "a.b-c/[]"));
    CHECK_FALSE(takes("word", ""));
    CHECK_FALSE(takes("word", "a\tb"));
    CHECK(fits("<${x:rest}\n", "<\n"));
    CHECK(fits("<${x:rest}\n", "< a b \n"));
}

TEST_CASE("the same name means the same text, and an unbound one is shown as it is written") {
    CHECK(fits("a ${n:int}\nb ${n:int}\n", "a 5\nb 5\n"));
    CHECK(fits("${n:int} ${n:int}\n", "5 5\n"));
    CHECK(told("a ${n:int}\nb ${n:int} ${m:word}\n", "a 52\nb 57 x\n") ==
          "2 against 2, column 3\n- b 52 ${m:word}\n+ b 57 x\n${n} was 52 before\n");
    CHECK(told("a ${n:int}\n", "a x\n") == "1 against 1, column 2\n- a ${n:int}\n+ a x\n");
    CHECK_FALSE(fits("${a:rest}\n${a:rest}\n", "x\nx y\n"));
}

TEST_CASE("unordered lines may come in any order, each as often as it should") {
    const std::string three = "%unordered\na\nb\nb\n%end\nend\n";
    CHECK(fits(three, "b\na\nb\nend\n"));
    CHECK(fits(three, "b\nb\na\nend\n"));
    CHECK(told(three, "b\nend\n") == "2 against 2, column 0\n- a\n- b\n+ end\n");
    CHECK(why(three, "a\na\nb\nb\nend\n") == "this line came already");
    CHECK(why(three, "b\nb\nb\na\nend\n") == "such a line came 2 times already");
}

TEST_CASE("a counted unordered block takes its body that often") {
    const std::string two = "%unordered 2\nsent ${n:int distinct}\nready\n%end\n";
    CHECK(fits(two, "sent 1\nready\nready\nsent 2\n"));
    CHECK(told(two, "sent 7\nsent 7\nready\nready\n") ==
          "2 against 2, column 5\n- sent ${n:int}\n- ready\n+ sent 7\nthe value 7 of ${n} came "
          "twice\n");
    CHECK(why(two, "sent 1\nsent 2\nsent 3\n") == "such a line came 2 times already");
    CHECK(told(two, "sent 1\n") ==
          "2 against 2, column 0\n- sent ${n:int}\n- ready\n+ (end of output)\n");
}

TEST_CASE("what an unordered line captures ends with the line, what stands outside is seen") {
    CHECK(fits("%unordered 2\nx ${n:int}\n%end\n", "x 1\nx 2\n"));
    CHECK_FALSE(fits("${n:int}\n%unordered 2\nx ${n:int}\n%end\n", "1\nx 1\nx 2\n"));
    CHECK(fits("%unordered\nx ${n:int}\n%end\n${n:int}\n", "x 1\n2\n"));
}

const std::string rounds =
    "%as_replied\nRECEIVED: ${message} ${nonce}\nafter ${delay}\n%end\nFINISHED\n";

TEST_CASE("in order, there is one round of lines for each reply, in the order of the replies") {
    CHECK(fits(rounds,
               "RECEIVED: one [aaaa]\nafter 1000\nRECEIVED: two [bbbb]\nafter 2000\n"
               "RECEIVED: three [cccc]\nafter 2000\nFINISHED\n"));
    CHECK(told(rounds, "RECEIVED: two [bbbb]\nafter 2000\n") ==
          "1 against 2, column 10\n- RECEIVED: one [aaaa]\n+ RECEIVED: two [bbbb]\n"
          "this tells of reply 2, but reply 1 came before it\n");
    CHECK(told(rounds, "RECEIVED: one [aaaa]\nafter 1000\nFINISHED\n") ==
          "3 against 2, column 0\n- RECEIVED: two [bbbb]\n+ FINISHED\n");
    CHECK(why(rounds, "RECEIVED: one [aaaa]\nafter 1000\nRECEIVED: one [aaaa]\n") ==
          "this tells of reply 1, which was told already");
    CHECK(why(rounds, "RECEIVED: one [bbbb]\n") == "the nonce [bbbb] is that of reply 2");
    CHECK(why(rounds, "RECEIVED: one [k7f2]\n") == "no reply carried the nonce [k7f2]");
    CHECK(why(rounds, "RECEIVED: one\n").empty());
}

TEST_CASE("in any order, rounds come as they like but each together and each once") {
    const Facts any = in_any_order();
    CHECK(fits(rounds,
               "RECEIVED: three [cccc]\nafter 2000\nRECEIVED: one [aaaa]\nafter 1000\n"
               "RECEIVED: two [bbbb]\nafter 2000\nFINISHED\n",
               any));
    CHECK(told(rounds, "RECEIVED: three [cccc]\nRECEIVED: one [aaaa]\n", any) ==
          "2 against 3, column 0\n- after 2000\n+ RECEIVED: one [aaaa]\n");
    CHECK(told(rounds, "RECEIVED: three [cccc]\nafter 2000\nRECEIVED: three [cccc]\n", any) ==
          "3 against 2, column 11\n- RECEIVED: two [bbbb]\n- RECEIVED: one [aaaa]\n"
          "+ RECEIVED: three [cccc]\nthis tells of reply 3, which was told already\n");
    CHECK(told(rounds, "RECEIVED: three [cccc]\nafter 2000\n", any) ==
          "3 against 2, column 0\n- RECEIVED: one [aaaa]\n- RECEIVED: two [bbbb]\n"
          "+ (end of output)\n");
}

TEST_CASE("a round is told apart by its later lines where the first ones don't say") {
    const std::string late = "%as_replied\nevent\nafter ${delay}\n${message} ${nonce}\n%end\n";
    CHECK(fits(late,
               "event\nafter 2000\nthree [cccc]\nevent\nafter 1000\none [aaaa]\nevent\nafter 2000\n"
               "two [bbbb]\n",
               in_any_order()));
    CHECK(told(late, "event\nafter 2000\none [aaaa]\n", in_any_order()) ==
          "3 against 4, column 0\n- two [bbbb]\n- three [cccc]\n+ one [aaaa]\n"
          "the nonce [aaaa] is that of reply 1\n");
}

TEST_CASE("no reply means no round") {
    Facts none = facts;
    none.replies.clear();
    CHECK(fits(rounds, "FINISHED\n", none));
    CHECK(told(rounds, "RECEIVED: one [aaaa]\n", none) ==
          "1 against 5, column 0\n- FINISHED\n+ RECEIVED: one [aaaa]\n"
          "this tells of a reply, and none was sent in full\n");
}

TEST_CASE("captures of a round end with it, and distinct compares the rounds") {
    const std::string with_fd = "%as_replied\nfd ${fd:int}: ${nonce}\nclose ${fd:int}\n%end\n";
    CHECK(fits(with_fd, "fd 3: [aaaa]\nclose 3\nfd 4: [bbbb]\nclose 4\nfd 3: [cccc]\nclose 3\n"));
    CHECK(why(with_fd, "fd 3: [aaaa]\nclose 4\n") == "${fd} was 3 before");
    const std::string tokens = "%as_replied\n${t:int distinct}: ${nonce}\n%end\n";
    CHECK(fits(tokens, "1: [aaaa]\n2: [bbbb]\n3: [cccc]\n"));
    CHECK(why(tokens, "1: [aaaa]\n1: [bbbb]\n") == "the value 1 of ${t} came twice");
}

TEST_CASE("blocks inside a round belong to its reply") {
    const std::string nested =
        "%as_replied\n%unordered\nopen ${nonce}\nlen ${n:int}\n%end\n"
        "%repeat 0 2\npart ${p:int distinct} of ${message}\n%end\n%end\nEND\n";
    CHECK(fits(nested,
               "len 3\nopen [aaaa]\npart 1 of one\npart 2 of one\nopen [bbbb]\nlen 3\n"
               "open [cccc]\nlen 5\npart 1 of three\nEND\n"));
    CHECK(why(nested, "len 3\nopen [aaaa]\npart 1 of one\npart 1 of one\n") ==
          "the value 1 of ${p} came twice");
    CHECK(why(nested, "len 3\nopen [aaaa]\npart 1 of one\npart 2 of one\npart 3 of one\n") ==
          "this would be turn 3, and 2 are the most");
    CHECK_FALSE(fits(nested, "len 3\nopen [aaaa]\npart 1 of two\n"));
}

TEST_CASE("a repeat takes at least and at most its turns") {
    const std::string waits = "%repeat 1 3\nwaiting ${ms:int}\nwoke\n%end\ndone\n";
    CHECK(fits(waits, "waiting 1\nwoke\ndone\n"));
    CHECK(fits(waits, "waiting 1\nwoke\nwaiting 2\nwoke\nwaiting 2\nwoke\ndone\n"));
    CHECK(told(waits, "done\n") == "1 against 2, column 0\n- waiting ${ms:int}\n+ done\n");
    CHECK(told(waits, "waiting 1\nwoke\nwoke\n") ==
          "3 against 2, column 1\n- waiting ${ms:int}\n- done\n+ woke\n");
    CHECK(told("%repeat 1 1\na\n%end\nb\n", "a\na\n") ==
          "2 against 4, column 0\n- b\n+ a\nthis would be turn 2, and 1 is the most\n");
    CHECK(told("%repeat 1 3\na\n%end\n", "a\nb\n") ==
          "2 against 2, column 0\n- a\n- (end of output)\n+ b\n");
    CHECK(told("%repeat 2 3\na\n%end\n", "a\n") ==
          "2 against 2, column 0\n- a\n+ (end of output)\n");
}

TEST_CASE("a repeat of exactly N leaves the next line alone, even one that looks the same") {
    CHECK(fits("%repeat 2 2\nx\n%end\nx\n", "x\nx\nx\n"));
    CHECK_FALSE(fits("%repeat 2 2\nx\n%end\nx\n", "x\nx\n"));
}

const std::string threads =
    "%per t 2\n${t:word} begins\n${t:word} at ${n:int}\n${t:word} ends\n%end\nall\n";

TEST_CASE("lines per value keep their order for each value and interleave freely") {
    CHECK(fits(threads, "a begins\nb begins\nb at 1\na at 2\na ends\nb ends\nall\n"));
    CHECK(fits(threads, "a begins\na at 1\na ends\nb begins\nb at 1\nb ends\nall\n"));
    CHECK(told(threads, "a begins\nb begins\na ends\n") ==
          "3 against 3, column 2\n- a at ${n:int}\n- b at ${n:int}\n+ a ends\n");
    CHECK(why(threads, "a begins\nb begins\nc begins\n") ==
          "a new value of ${t}, beyond the 2 that there should be");
    CHECK(why(threads, "a begins\na at 1\na ends\na begins\n") ==
          "the lines of ${t} = a begin a second time");
    CHECK(told(threads, "a begins\na at 1\na ends\nall\n") ==
          "4 against 2, column 3\n- ${t:word} begins\n+ all\n");
}

TEST_CASE("a per block in each turn of a repeat starts anew") {
    const std::string barrier = "%repeat 2 2\n%per w 2\nworker ${w:int} waits\n%end\n%end\n";
    CHECK(fits(barrier, "worker 1 waits\nworker 2 waits\nworker 2 waits\nworker 1 waits\n"));
    CHECK_FALSE(fits(barrier, "worker 1 waits\nworker 1 waits\nworker 2 waits\nworker 2 waits\n"));
}

TEST_CASE("a value's lines may repeat, and unordered ones may stand among them") {
    const std::string busy =
        "%per t 2\n${t:int} up\n%repeat 1 3\n${t:int} works\n%end\n%unordered\n${t:int} a\n"
        "${t:int} b\n%end\n%end\n";
    CHECK(fits(busy, "1 up\n2 up\n1 works\n2 works\n1 b\n2 works\n1 a\n2 a\n2 b\n"));
    CHECK_FALSE(fits(busy, "1 up\n2 up\n1 works\n1 b\n1 a\n2 a\n"));
}

TEST_CASE("a never line explains the line that it takes, and forbids nothing else") {
    const std::string never = "%never lost ${n:int} wakeups\na\n%never a\n";
    CHECK(fits(never, "a\n"));
    CHECK(told(never, "lost 3 wakeups\n") ==
          "1 against 2, column 0\n- a\n+ lost 3 wakeups\nnever: lost ${n:int} wakeups\n");
    CHECK(told("%never ${any:rest}\n", "x\n") ==
          "1 against 2, column 0\n- (end of output)\n+ x\nnever: ${any:rest}\n");
    CHECK(fits("%never ${any:rest}\n", ""));
    const std::string twice = "%as_replied\ngot ${nonce}\n%never got ${nonce} again\n%end\n";
    CHECK(compared(twice, "got [aaaa]\ngot [aaaa] again\n")->never == "got ${nonce} again");
    CHECK_FALSE(compared(twice, "got [aaaa]\ngot [zzzz] again\n")->never);
}

TEST_CASE("at most eight wanted lines are told, the closest first") {
    std::string expected = "%unordered\n";
    for (int i = 10; i < 30; ++i) {
        expected += "line " + std::to_string(i) + "\n";
    }
    const auto mismatch = compared(expected + "%end\n", "line 2x\n");
    REQUIRE(mismatch);
    REQUIRE(mismatch->wanted.size() == 9);
    CHECK(mismatch->wanted.front() == "line 20");
    CHECK(mismatch->wanted.back() == "(12 more)");
    CHECK(mismatch->expected_line == 12);
    CHECK(mismatch->column == 6);
}

TEST_CASE("messages of a mebibyte are compared whole") {
    Facts large;
    large.replies_in_order = false;
    std::string output;
    for (const char last : {'a', 'b', 'c', 'd', 'e'}) {
        large.replies.push_back(
            {std::string(1 << 20, 'x') + last, "[" + std::string(1, last) + "]", 1000});
    }
    for (auto reply = large.replies.rbegin(); reply != large.replies.rend(); ++reply) {
        output += "GOT " + reply->message + " " + reply->nonce + "\n";
    }
    const std::string expected = "%as_replied\nGOT ${message} ${nonce}\n%end\n";
    CHECK(fits(expected, output, large));
    output[output.find('e')] = 'f';
    const auto mismatch = compared(expected, output, large);
    REQUIRE(mismatch);
    CHECK(mismatch->column == 4 + (1 << 20));
    CHECK(mismatch->output_line == 1);
}

/// The file, if the language takes it.
std::optional<Expected> taken(const std::string& text) {
    try {
        return parse_expected(text, "e.txt");
    } catch (const SpecError&) {
        return std::nullopt;  // ambiguous, most often
    }
}

TEST_CASE("without search the matcher finds what trying everything finds") {
    std::mt19937 random(20240611);
    ExampleMaker maker([&](unsigned bound) { return static_cast<unsigned>(random()) % bound; });
    int accepted = 0;
    int refused = 0;
    for (int files = 0; files < 10000; ++files) {
        const std::string text = maker.file();
        const auto expected = taken(text);
        if (!expected) {
            continue;
        }
        const Facts given = maker.facts();
        for (int outputs = 0; outputs < 3; ++outputs) {
            auto lines = maker.output(*expected, given, 12);
            if (maker.below(2) == 0) {
                maker.spoil(lines);
            }
            std::string output;
            for (const std::string& line : lines) {
                output += line + "\n";
            }
            const bool real = !match(*expected, output, given);
            const auto reference =
                ReferenceMatcher(*expected, given).fits(split_lines(output), 20'000);
            if (!reference) {
                continue;
            }
            (*reference ? accepted : refused) += 1;
            if (real != *reference) {
                CAPTURE(text);
                CAPTURE(output);
                CAPTURE(given.replies_in_order);
                CAPTURE(given.replies.size());
                CHECK(real == *reference);
            }
        }
    }
    CHECK(accepted > 1000);
    CHECK(refused > 1000);
    MESSAGE("compared: ", accepted, " that fit and ", refused, " that don't");
}

}  // namespace

TEST_CASE("what must hold between values is part of the line, and is told with the values") {
    const std::string file = "a ${a:int}\nb ${b:number}\n%where b > 2 * a\n%where b <= a + 10\n";
    CHECK(fits(file, "a 3\nb 6.5\n"));
    CHECK(fits(file, "a -3\nb -5.9\n"));
    CHECK(told(file, "a 3\nb 6\n") ==
          "2 against 2, column 3\n- b ${b:number}\n+ b 6\n"
          "it must hold that b > 2 * a, where b is 6 and a is 3\n");
    CHECK(compared(file, "a 3\nb 6\n")->unrelated);
    CHECK_FALSE(compared(file, "a 3\nc 6\n")->unrelated);
    CHECK_FALSE(fits(file, "a 3\nb 13.01\n"));
    const std::string addresses = "${low:hex} ${local:hex}\n%where local < low + 4096\n";
    CHECK(fits(addresses, "0x7fff00001000 0x7fff00001fff\n"));
    CHECK_FALSE(fits(addresses, "0x7fff00001000 0x7fff00002000\n"));
    CHECK(fits("%repeat 0 2\nn ${n:int}\nm ${m:int}\n%where m = n\n%end\nend\n",
               "n 1\nm 1\nn 2\nm 2\nend\n"));
    CHECK_FALSE(fits("%repeat 0 2\nn ${n:int}\nm ${m:int}\n%where m = n\n%end\nend\n",
                     "n 1\nm 1\nn 2\nm 1\nend\n"));
    CHECK(fits("%per t 2\n${t:int} a ${x:int}\n${t:int} b ${y:int}\n%where y >= x\n%end\n",
               "1 a 5\n2 a 7\n2 b 7\n1 b 6\n"));
    CHECK_FALSE(fits("%per t 2\n${t:int} a ${x:int}\n${t:int} b ${y:int}\n%where y >= x\n%end\n",
                     "1 a 5\n2 a 7\n2 b 6\n1 b 6\n"));
    CHECK(fits("%as_replied\n${delay} ${d:int}\n%where d >= 1000\n%end\n",
               "1000 1000\n2000 5000\n2000 1001\n", in_any_order()));
}
