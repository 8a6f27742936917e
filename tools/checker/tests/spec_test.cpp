// Tests of the reader of check.json, of its schema and of the helpers for text.
#include "spec.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>

#include "json_positions.hpp"

namespace {

using namespace checker;

/// What is wrong with the text, as it is told.
std::string refusal(std::string_view text) {
    try {
        (void)parse_spec(text, "ch04/a/check.json");
    } catch (const SpecError& error) {
        return error.what();
    }
    return "(accepted)";
}

Spec parsed(std::string_view text) {
    return parse_spec(text, "ch04/a/check.json");
}

/// A spec whose second line is `members`.
std::string with(const std::string& members) {
    return "{ \"title\": \"t\",\n" + members + " }";
}

/// What the first case must be, given the members of its "must".
Must must(const std::string& members) {
    return parsed(with("\"must\": { " + members + " }")).cases.at(0).must;
}

/// What is wrong with a member of "must" that stands in line 2.
std::string must_refusal(const std::string& member) {
    return refusal(with("\"must\": { " + member + " }"));
}

std::vector<Mode> modes_of(const std::string& members) {
    return parsed(with(members)).cases.at(0).modes;
}

/// A fresh folder that goes away with the test.
class Folder {
public:
    Folder() {
        std::string made = (std::filesystem::temp_directory_path() / "spec-XXXXXX").string();
        REQUIRE(::mkdtemp(made.data()) != nullptr);
        path = made;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;  // nothing to tell anyone in a destructor
        std::filesystem::remove_all(path, ignored);
    }
    std::filesystem::path path;
};

constexpr std::string_view full = R"({ "$schema": "../../tools/checker/check.schema.json",
  "title": "Five requests, one thread, one epoll",
  "from": ["ch04/a", "ch03/01"], "carries": {"rt/poll.hpp": "ch04/a/poll.hpp"},
  "args": ["${server}", "plain", "${seed}"],
  "stdin": "input.txt",
  "must": { "exit": 0, "elapsed": ">= 180", "in_flight": 5, "requests": ">= 5", "resets": 0,
            "threads": 1, "memory_kib": "<= 20000", "open_fds": 0, "children": 0,
            "while_waiting": "idle", "syscalls": { "epoll_wait": "<= 12" } },
  "modes": ["serial", "burst"], "clock": "real", "presets": ["default", "asan"],
  "cases": [ { "name": "nobody listens", "server": "refuse", "must": { "exit": 1 },
               "expected": "refused.txt" },
             { "name": "like the first" } ],
  "teach": { "elapsed": "README.md#one-thread", "stuck@pieces:unread": "README.md#drain-it" },
  "helpers": ["wineserver"], "needs": ["wine"], "not_in": {"tsan": "forks"},
  "compile_fails": {"source": "move.cpp"},
  "fails": "stuck in pieces: README.md#drain-it" })";

TEST_CASE("a spec with every key is read as it is written") {
    const Spec spec = parsed(full);
    CHECK(spec.file == "ch04/a/check.json");
    CHECK(spec.title == "Five requests, one thread, one epoll");
    CHECK(spec.from == std::vector<std::string>{"ch04/a", "ch03/01"});
    CHECK(spec.carries.at("rt/poll.hpp") == "ch04/a/poll.hpp");
    CHECK(spec.teach.size() == 2);
    CHECK(spec.helpers == std::vector<std::string>{"wineserver"});
    CHECK(spec.needs == std::vector<std::string>{"wine"});
    CHECK(spec.not_in.at("tsan") == "forks");
    REQUIRE(spec.compile_fails);
    CHECK(spec.compile_fails->source == "ch04/a/move.cpp");
    CHECK(spec.fails == "stuck in pieces: README.md#drain-it");
    REQUIRE(spec.cases.size() == 3);
    const Case& first = spec.cases[0];
    CHECK(first.name.empty());
    CHECK(first.args == std::vector<std::string>{"${server}", "plain", "${seed}"});
    CHECK(first.stdin_file == "ch04/a/input.txt");
    CHECK(first.server == ServerKind::normal);
    CHECK(first.expected == "ch04/a/expected.txt");
    CHECK(first.expected_err == "ch04/a/expected.err.txt");
    CHECK(first.modes == std::vector{Mode::serial, Mode::burst});
    CHECK(first.clock == Clock::real);
    CHECK(first.presets == std::vector<std::string>{"default", "asan"});
    const Must& must = first.must;
    CHECK(must.exit == Exit{0, ""});
    CHECK(must.elapsed == Elapsed{Elapsed::Is::at_least, std::chrono::milliseconds(180)});
    CHECK(must.in_flight == Count{Count::Is::exactly, 5});
    CHECK(must.requests == Count{Count::Is::at_least, 5});
    CHECK(must.resets == Count{Count::Is::exactly, 0});
    CHECK(must.threads == Count{Count::Is::exactly, 1});
    CHECK(must.memory_kib == Count{Count::Is::at_most, 20000});
    CHECK(must.open_fds == Count{Count::Is::exactly, 0});
    CHECK(must.children == Count{Count::Is::exactly, 0});
    CHECK(must.while_waiting == WhileWaiting::idle);
    CHECK(must.syscalls.at("epoll_wait") == Count{Count::Is::at_most, 12});
}

TEST_CASE("a case inherits what it leaves out, and its own must replaces the whole other one") {
    const Spec spec = parsed(full);
    const Case& refused = spec.cases[1];
    CHECK(refused.name == "nobody listens");
    CHECK(refused.must.exit == Exit{1, ""});
    CHECK_FALSE(refused.must.elapsed);
    CHECK_FALSE(refused.must.threads);
    CHECK(refused.must.syscalls.empty());
    CHECK(refused.args == spec.cases[0].args);
    CHECK(refused.clock == Clock::real);
    CHECK(refused.expected == "ch04/a/refused.txt");
    CHECK(refused.expected_err == "ch04/a/refused.err.txt");
    CHECK(refused.modes == std::vector{Mode::serial});
    CHECK(spec.cases[2].must == spec.cases[0].must);
    CHECK(spec.cases[2].modes == spec.cases[0].modes);
    CHECK(spec.cases[2].stdin_file == spec.cases[0].stdin_file);
    CHECK(spec.cases[2].presets == spec.cases[0].presets);
}

TEST_CASE("a title alone is a spec: one case, no server, serial, nothing promised") {
    const Spec spec = parsed("{\"title\": \"t\"}");
    REQUIRE(spec.cases.size() == 1);
    CHECK(spec.cases[0].server == ServerKind::none);
    CHECK(spec.cases[0].modes == std::vector{Mode::serial});
    CHECK(spec.cases[0].must == Must{});
    CHECK(spec.cases[0].stdin_file.empty());
    CHECK(spec.cases[0].clock == Clock::virtual_time);
    CHECK(spec.cases[0].platform == Platform::native);
    CHECK(parsed(with("\"platform\": \"aarch64\"")).cases[0].platform == Platform::aarch64);
    CHECK(spec.fails.empty());
}

TEST_CASE("an argument that names the server asks for one") {
    for (const char* name : {"${server}", "http://${host}/", "${port}"}) {
        CAPTURE(name);
        const auto spec = parsed(with("\"args\": [\"" + std::string(name) + "\"]"));
        CHECK(spec.cases[0].server == ServerKind::normal);
    }
    CHECK(parsed(with("\"args\": [\"${seed}\"]")).cases[0].server == ServerKind::none);
}

TEST_CASE("a case with other arguments gets the server that those ask for") {
    const Spec spec =
        parsed(with(R"("args": ["${server}"], "cases": [ {"name": "a", "args": []} ])"));
    CHECK(spec.cases[1].server == ServerKind::none);
    CHECK(spec.cases[1].modes == std::vector{Mode::serial});
}

TEST_CASE("without modes a networked case runs in all but storm, several threads in storm too") {
    const std::vector four{Mode::serial, Mode::burst, Mode::pieces, Mode::interrupt};
    const std::vector five(all_modes.begin(), all_modes.end());
    const std::string args = R"("args": ["${server}"])";
    CHECK(modes_of(args) == four);
    CHECK(modes_of(args + R"(, "server": "slow")") == four);
    CHECK(modes_of(args + R"(, "server": "refuse")") == std::vector{Mode::serial});
    CHECK(modes_of(args + R"(, "must": {"threads": 1})") == four);
    CHECK(modes_of(args + R"(, "must": {"threads": "<= 1"})") == four);
    CHECK(modes_of(args + R"(, "must": {"threads": 2})") == five);
    CHECK(modes_of(args + R"(, "must": {"threads": "<= 2"})") == five);
    CHECK(modes_of(args + R"(, "must": {"threads": ">= 1"})") == five);
    CHECK(modes_of(R"("must": {"threads": 9})") == std::vector{Mode::serial});
}

TEST_CASE("a count holds for the numbers that it names and is told as it is written") {
    const Count exactly{Count::Is::exactly, 5};
    const Count at_most{Count::Is::at_most, 12};
    const Count at_least{Count::Is::at_least, 3};
    CHECK((exactly.holds(5) && !exactly.holds(4) && !exactly.holds(6)));
    CHECK((at_most.holds(12) && at_most.holds(0) && !at_most.holds(13)));
    CHECK((at_least.holds(3) && at_least.holds(4) && !at_least.holds(2)));
    CHECK(exactly.text() == "5");
    CHECK(at_most.text() == "<= 12");
    CHECK(at_least.text() == ">= 3");
}

TEST_CASE("exit and elapsed take numbers and their words") {
    CHECK(must("\"exit\": 255").exit == Exit{255, ""});
    CHECK(must("\"exit\": \"SIGSEGV\"").exit == Exit{0, "SIGSEGV"});
    using std::chrono::milliseconds;
    CHECK(must("\"elapsed\": 5000").elapsed == Elapsed{Elapsed::Is::exactly, milliseconds(5000)});
    CHECK(must("\"elapsed\": \"sum\"").elapsed == Elapsed{Elapsed::Is::sum, milliseconds()});
    CHECK(must("\"elapsed\": \"max\"").elapsed == Elapsed{Elapsed::Is::longest, milliseconds()});
}

TEST_CASE("real time has a lower bound, virtual time is exact") {
    CHECK(refusal(with(R"("clock": "real", "must": {"elapsed": 180})")).find("a lower bound") !=
          std::string::npos);
    CHECK(must_refusal(R"("elapsed": ">= 180")").find(R"(needs "clock": "real")") !=
          std::string::npos);
    CHECK(must_refusal(R"("elapsed": "<= 180")").find("must be milliseconds") != std::string::npos);
}

TEST_CASE("every name of an enumeration is read back as itself") {
    for (const Mode mode : all_modes) {
        CHECK(mode_named(name(mode)) == mode);
    }
    CHECK(name(Mode::storm) == "storm");
    CHECK(server_kind_named(name(ServerKind::slow)) == ServerKind::slow);
    CHECK(while_waiting_named(name(WhileWaiting::spins)) == WhileWaiting::spins);
    CHECK(clock_named("virtual") == Clock::virtual_time);
    CHECK(platform_named(name(Platform::windows)) == Platform::windows);
    CHECK_FALSE(mode_named("seriall"));
}

TEST_CASE("an unknown key is refused with its line and the key that was meant") {
    CHECK(
        refusal("{ \"title\": \"t\",\n  \"must\": {\n    \"exit\": 0,\n    \"inflight\": 5 } }") ==
        "ch04/a/check.json:4: unknown key \"inflight\" in \"must\"; did you mean \"in_flight\"?");
    CHECK(refusal("{ \"titel\": \"t\" }") ==
          "ch04/a/check.json:1: unknown key \"titel\"; did you mean \"title\"?");
    CHECK(refusal(with(R"("cases": [ {"name": "a"},
          {"nmae": "b"} ])")) ==
          "ch04/a/check.json:3: unknown key \"nmae\" in a case; did you mean \"name\"?");
    CHECK(refusal(with(R"("compile_fails": {"sorce": "x.cpp"})")) ==
          "ch04/a/check.json:2: unknown key \"sorce\" in \"compile_fails\"; did you mean "
          "\"source\"?");
    CHECK(refusal(with("\"must\": { \"memory\": 5 }")) ==
          "ch04/a/check.json:2: unknown key \"memory\" in \"must\"; did you mean \"memory_kib\"?");
    CHECK(
        refusal(with("\"zzzzzz\": 1")) ==
        "ch04/a/check.json:2: unknown key \"zzzzzz\"; known: args, stdin, server, must, expected, "
        "modes, clock, platform, presets, $schema, title, from, carries, cases, teach, helpers, "
        "needs, "
        "not_in, compile_fails, fails");
}

TEST_CASE("the first error in the file is the one that is told") {
    CHECK(refusal("{ \"zebra\": 1,\n \"apple\": 2 }")
              .starts_with("ch04/a/check.json:1: unknown key \"zebra\""));
}

TEST_CASE("a wrong type is refused with its line, what was meant and what was found") {
    CHECK(refusal("[]") == "ch04/a/check.json:1: check.json must be an object, not a list");
    CHECK(refusal("\n\n7") == "ch04/a/check.json:3: check.json must be an object, not 7");
    CHECK(refusal("{ \"title\":\n 7 }") ==
          "ch04/a/check.json:2: \"title\" must be a string that isn't empty, not 7");
    CHECK(refusal("{ \"title\": \"\" }") ==
          "ch04/a/check.json:1: \"title\" must be one line of text, not \"\"");
    CHECK(refusal(with("\"must\": 5")) ==
          "ch04/a/check.json:2: \"must\" must be an object of expectations, not 5");
    CHECK(must_refusal("\"threads\": [1]") ==
          "ch04/a/check.json:2: \"threads\" must be a count: 5, \"<= 12\" or \">= 3\", not a list");
    CHECK(
        must_refusal("\"syscalls\": 5") ==
        "ch04/a/check.json:2: \"syscalls\" must be an object, such as { \"epoll_wait\": \"<= 12\" "
        "}, not 5");
    CHECK(must_refusal("\"exit\": 256") ==
          "ch04/a/check.json:2: \"exit\" must be a status from 0 to 255 or a signal such as "
          "\"SIGSEGV\", not 256");
    CHECK(must_refusal("\"exit\": \"SIGSEV\"") ==
          "ch04/a/check.json:2: unknown signal \"SIGSEV\" in \"exit\"; did you mean \"SIGSEGV\"?");
    CHECK(must_refusal("\"elapsed\": \"min\"") ==
          "ch04/a/check.json:2: \"elapsed\" must be milliseconds of virtual time, \"max\" or "
          "\"sum\", or \">= 180\" of real time, not \"min\"");
    CHECK(must_refusal("\"while_waiting\": \"spin\"") ==
          "ch04/a/check.json:2: unknown word \"spin\" in \"while_waiting\"; did you mean "
          "\"spins\"?");
    CHECK(refusal(with("\"args\": [\"a\",\n 3]")) ==
          "ch04/a/check.json:3: \"args\" must be a string, not 3");
    CHECK(refusal(with("\"cases\": [\n3]")) ==
          "ch04/a/check.json:3: \"cases\" must be a list of objects, not 3");
    CHECK(refusal(with("\"from\": \"ch04/a\"")) ==
          "ch04/a/check.json:2: \"from\" must be a list of parents, such as \"ch04/a\", not "
          "\"ch04/a\"");
    CHECK(refusal("{}") == "ch04/a/check.json:1: no \"title\"; say in a few words what this shows");
}

TEST_CASE("a count that is no whole number in one of the three forms is refused") {
    for (const char* wrong : {"-1", "1.5", "1e3", "true", "null", "\"5\"", "\"<=5\"", "\"< 5\"",
                              "\"== 5\"", "\"<= -1\"", "\"<= 05\"", "\"<= \"", "\"<= 5 \"",
                              "\"<= 9999999999999999\"", "99999999999999999999"}) {
        CAPTURE(wrong);
        CHECK(must_refusal("\"in_flight\": " + std::string(wrong))
                  .starts_with("ch04/a/check.json:2: \"in_flight\" must be a count"));
    }
}

TEST_CASE("words outside their fixed set are refused") {
    CHECK(refusal(with("\"server\": \"refused\"")) ==
          "ch04/a/check.json:2: unknown word \"refused\" in \"server\"; did you mean \"refuse\"?");
    CHECK(refusal(with("\"modes\": [\"serial\", \"brust\"]")) ==
          "ch04/a/check.json:2: unknown word \"brust\" in \"modes\"; did you mean \"burst\"?");
    CHECK(refusal(with("\"clock\": \"wall\"")) ==
          "ch04/a/check.json:2: unknown word \"wall\" in \"clock\"; known: virtual, real");
    CHECK(refusal(with("\"presets\": [\"asam\"]")) ==
          "ch04/a/check.json:2: unknown word \"asam\" in \"presets\"; did you mean \"asan\"?");
    CHECK(refusal(with("\"not_in\": {\"tsam\": \"x\"}")) ==
          "ch04/a/check.json:2: \"not_in\": unknown preset \"tsam\"; did you mean \"tsan\"?");
}

TEST_CASE("a list that must hold each thing once refuses a repetition") {
    CHECK(refusal(with("\"modes\": [\"serial\",\n\"serial\"]")) ==
          "ch04/a/check.json:3: \"serial\" stands twice in \"modes\"");
    CHECK(refusal(with("\"modes\": []")) ==
          "ch04/a/check.json:2: \"modes\" is empty; leave it out for the usual ones");
    CHECK(refusal(with("\"needs\": [\"wine\", \"wine\"]")) ==
          "ch04/a/check.json:2: \"wine\" stands twice in \"needs\"");
    CHECK(refusal(with("\"cases\": [{\"name\": \"a\"},\n{\"name\": \"a\"}]")) ==
          "ch04/a/check.json:3: two cases are called \"a\"");
    CHECK(refusal(with("\"cases\": [{}]")) == "ch04/a/check.json:2: a case lacks its \"name\"");
}

TEST_CASE("a header among the needs has a name as an include has it, without the brackets") {
    CHECK(refusal(with("\"needs\": [\"header:\"]")) ==
          "ch04/a/check.json:2: \"header:\" in \"needs\": a header is named as in "
          "header:asio.hpp");
    CHECK(refusal(with("\"needs\": [\"header:<asio.hpp>\"]")) ==
          "ch04/a/check.json:2: \"header:<asio.hpp>\" in \"needs\": a header is named as in "
          "header:asio.hpp");
}

TEST_CASE("a placeholder in the arguments must be one that a run can fill in") {
    CHECK(refusal(with("\"args\": [\"${sever}\"]")) ==
          "ch04/a/check.json:2: unknown placeholder \"${sever}\" in \"args\"; did you mean "
          "\"server\"?");
    CHECK(refusal(with("\"args\": [\"${server\"]")) ==
          "ch04/a/check.json:2: \"${server\" in \"args\": no } closes the ${");
}

TEST_CASE("what no path and no argument can hold is refused") {
    CHECK(refusal(with(R"("stdin": "a\u0000b")")) ==
          "ch04/a/check.json:2: \"stdin\" must be one line of text, not \"a\\x00b\"");
    CHECK(refusal(with(R"("args": ["a\u0000b"])")) ==
          "ch04/a/check.json:2: \"a\\x00b\" in \"args\": no argument can hold a NUL");
}

TEST_CASE("what can't be together is refused") {
    CHECK(refusal(with(R"("args": ["${server}"], "server": "none")")) ==
          "ch04/a/check.json:1: \"args\" name the server, but \"server\" is \"none\"");
    CHECK(refusal(with(R"("args": ["${server}"], "cases": [
          {"name": "x", "server": "refuse", "modes": ["burst"]}])")) ==
          "ch04/a/check.json:3: \"modes\" are of no use where the server is \"refuse\": only "
          "\"serial\" can run; leave them out");
}

TEST_CASE("files must lie below the folder of check.json") {
    for (const char* wrong :
         {"/etc/passwd", "../b/x.txt", "a/../../x.txt", "./x.txt", "a//x.txt", "", "x/"}) {
        CAPTURE(wrong);
        const std::string value = ": \"" + std::string(wrong) + "\"";
        CHECK(refusal(with("\"stdin\"" + value)).find(":2: \"stdin\" must be") !=
              std::string::npos);
        CHECK(refusal(with("\"expected\"" + value)).find(":2: \"expected\" must") !=
              std::string::npos);
    }
    CHECK(refusal(with("\"expected\": \"out.err.txt\"")) ==
          "ch04/a/check.json:2: \"expected\" must be a file NAME.txt (stderr's is NAME.err.txt "
          "beside it), not \"out.err.txt\"");
}

TEST_CASE("lineage must name stages and files") {
    CHECK(refusal(with("\"from\": [\"ch4/a\"]")) ==
          "ch04/a/check.json:2: \"from\" must be a list of stages or exercises, such as \"ch04/a\" "
          "or \"ch04/01\", not \"ch4/a\"");
    CHECK(refusal(with("\"from\": [\"ch04/a/b\"]")) != "(accepted)");
    CHECK(refusal(with("\"from\": [\"ch04/01\"]")) == "(accepted)");
    CHECK(refusal(with(R"("carries": {"poll.hpp": "a/poll.hpp"})")) ==
          "ch04/a/check.json:2: \"poll.hpp\" must be where it comes from, such as "
          "\"ch04/a/poll.hpp\", not \"a/poll.hpp\"");
    CHECK(refusal(with(R"("carries": {"../poll.hpp": "ch04/a/poll.hpp"})")) ==
          "ch04/a/check.json:2: \"carries\": \"../poll.hpp\" is no file below the folder of "
          "check.json");
    for (const char* wrong : {"ch04/a", "ch04/a/", "ch04/ab/x", "ch04/a/../b/x", "/ch04/a/x"}) {
        CAPTURE(wrong);
        CHECK(refusal(with("\"carries\": {\"x\": \"" + std::string(wrong) + "\"}")) !=
              "(accepted)");
    }
}

TEST_CASE("the keys and the headings of teach are checked") {
    const auto teach = [](const std::string& key, const std::string& heading) {
        return refusal(with("\"teach\": { \"" + key + "\": \"" + heading + "\" }"));
    };
    CHECK(teach("syscalls@serial:epoll_wait", "README.md#a") == "(accepted)");
    CHECK(teach("elapsd", "README.md#a") ==
          "ch04/a/check.json:2: \"teach\": unknown expectation \"elapsd\" in \"elapsd\"; did you "
          "mean \"elapsed\"?");
    CHECK(teach("stuck@peaces", "README.md#a") ==
          "ch04/a/check.json:2: \"teach\": unknown mode \"peaces\" in \"stuck@peaces\"; did you "
          "mean \"pieces\"?");
    CHECK(teach("stuck:", "README.md#a") ==
          "ch04/a/check.json:2: \"teach\": the cause in \"stuck:\" must be a word of letters, "
          "digits, '_', '-' and '.'");
    for (const char* wrong : {"README.md", "README.md#", "#a", ".md#a", "READ ME.md#a", "x.txt#a",
                              "README.md#a b", "README.md#a#b"}) {
        CAPTURE(wrong);
        CHECK(teach("stuck", wrong) ==
              "ch04/a/check.json:2: \"stuck\" must be a heading, FILE.md#anchor, not \"" +
                  std::string(wrong) + "\"");
    }
}

TEST_CASE("the most specific heading wins: mode and cause, then cause, then mode, then plain") {
    Spec spec;
    spec.teach = {{"stuck", "plain"},
                  {"stuck@burst", "mode"},
                  {"stuck:unread", "cause"},
                  {"stuck@burst:unread", "both"}};
    CHECK(teach_for(spec, "stuck", Mode::burst, "unread") == "both");
    CHECK(teach_for(spec, "stuck", Mode::serial, "unread") == "cause");
    CHECK(teach_for(spec, "stuck", Mode::burst, "other") == "mode");
    CHECK(teach_for(spec, "stuck", Mode::burst, "") == "mode");
    CHECK(teach_for(spec, "stuck", Mode::serial, "") == "plain");
    CHECK_FALSE(teach_for(spec, "elapsed", Mode::serial, ""));
    spec.teach.erase("stuck@burst:unread");
    CHECK(teach_for(spec, "stuck", Mode::burst, "unread") == "cause");
}

TEST_CASE("a reason is read into its three parts, and a wrong one says which part is wrong") {
    CHECK(parse_reason("stuck in pieces: README.md#drain-it") ==
          Reason{"stuck", Mode::pieces, "README.md#drain-it"});
    const auto wrong = [](std::string_view text) -> std::string {
        try {
            (void)parse_reason(text);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "(accepted)";
    };
    CHECK(wrong("") == "\"\" must read EXPECTATION in MODE: FILE.md#anchor");
    CHECK(wrong("stuck in pieces") ==
          "\"stuck in pieces\" must read EXPECTATION in MODE: FILE.md#anchor");
    CHECK(wrong("stck in pieces: a.md#b") ==
          "unknown expectation \"stck\"; did you mean \"stuck\"?");
    CHECK(wrong("stuck in bursts: a.md#b") == "unknown mode \"bursts\"; did you mean \"burst\"?");
    CHECK(wrong("stuck in burst: a.md") == "\"a.md\" is no heading, FILE.md#anchor");
    CHECK(refusal(with("\"fails\": \"stuck in burst: a.md\"")) ==
          "ch04/a/check.json:2: \"fails\": \"a.md\" is no heading, FILE.md#anchor");
}

TEST_CASE("a key given twice is refused, at any depth, with both lines") {
    CHECK(refusal("{ \"title\": \"a\",\n\"must\": { \"exit\": 0,\n\n\"exit\": 1 } }") ==
          "ch04/a/check.json:4: \"exit\" is given twice, first in line 2; keep one of them");
    CHECK(refusal("{ \"a\\u0062\": 1,\n\"ab\": 2 }") ==
          "ch04/a/check.json:2: \"ab\" is given twice, first in line 1; keep one of them");
}

TEST_CASE("what isn't JSON is refused in one line that names the line") {
    CHECK(refusal("") ==
          "ch04/a/check.json:1: the file is empty; a spec is a JSON object, at least a \"title\"");
    CHECK(refusal(" \n ") ==
          "ch04/a/check.json:1: the file is empty; a spec is a JSON object, at least a \"title\"");
    CHECK(refusal("{ \"title\": \"t\",\n  \"must\": {\n") ==
          "ch04/a/check.json:2: not JSON: syntax error while parsing object key - unexpected end "
          "of input; expected string literal");
    CHECK(
        refusal("{ \"title\": \"t\",\n\n  oops }").starts_with("ch04/a/check.json:3: not JSON: "));
    CHECK(refusal("{ \"title\": \"t\" }\n}").starts_with("ch04/a/check.json:2: not JSON: "));
    CHECK(refusal("{ \"title\": \"t\",\n }").starts_with("ch04/a/check.json:2: not JSON: "));
    CHECK(refusal(with("\"x\": 1e999")).starts_with("ch04/a/check.json:2: not JSON: "));
    const std::string cut = refusal("{ \"title\": \"t\",\n\u00e9 }");
    CHECK_FALSE(first_invalid_utf8(cut));
    CHECK(cut.ends_with("expected string literal"));
    CHECK(refusal("{ \"title\": \"" + std::string(5000, 'x')).size() < 500);
    CHECK(refusal("{ \"title\":\n \"caf\xE9\" }") ==
          "ch04/a/check.json:2: not text: it holds the byte \\xe9");
    using namespace std::string_view_literals;
    CHECK(refusal("{ \"title\": \"t\" }\n\0 more"sv) ==
          "ch04/a/check.json:2: not text: it holds the byte \\x00");
    CHECK(refusal(std::string(5000, '[')) == "ch04/a/check.json:1: nested more than 32 deep");
}

TEST_CASE("every beginning of a good spec is refused with a line, and none of them crashes") {
    for (std::size_t length = 0; length + 1 < full.size(); ++length) {
        CAPTURE(length);
        CHECK(refusal(full.substr(0, length)).starts_with("ch04/a/check.json:"));
    }
}

TEST_CASE("a spec with random bytes changed is read or refused, never worse") {
    std::mt19937 random(4711);
    for (int round = 0; round < 3000; ++round) {
        std::string text(full);
        for (unsigned change = 0; change < 1 + random() % 3; ++change) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
        }
        const std::string told = refusal(text);
        CHECK((told == "(accepted)" || told.starts_with("ch04/a/check.json:")));
    }
}

TEST_CASE("a missing file and a folder are refused by name") {
    const Folder folder;
    const auto told = [](const std::filesystem::path& path) -> std::string {
        try {
            (void)read_spec(path);
        } catch (const SpecError& error) {
            CHECK(error.line() == 0);
            CHECK(error.file() == path);
            return error.what();
        }
        return "(accepted)";
    };
    const auto missing = folder.path / "check.json";
    CHECK(told(missing) == missing.string() + ": can't be read: No such file or directory");
    CHECK(told(folder.path) == folder.path.string() + ": can't be read: Is a directory");
}

TEST_CASE("a spec is read from its file") {
    const Folder folder;
    std::ofstream(folder.path / "check.json") << full;
    CHECK(read_spec(folder.path / "check.json").cases[1].expected == folder.path / "refused.txt");
}

TEST_CASE("positions are those of keys and of values, wherever the lines break") {
    const auto positions =
        json_positions("{\n\"a\":\n1\n,\"b\": [\n2,\n\n{\"c/d\": null}\n]}", "f");
    CHECK(positions.at("").value == 1);
    CHECK(positions.at("/a").key == 2);
    CHECK(positions.at("/a").value == 3);
    CHECK(positions.at("/b").value == 4);
    CHECK(positions.at("/b/0").value == 5);
    CHECK(positions.at("/b/1").value == 7);
    CHECK(positions.at("/b/1/c~1d").key == 7);
    CHECK(positions.size() == 6);
}

/// The names of an object's properties in the schema, sorted.
std::vector<std::string> properties(const nlohmann::json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : object.at("properties").items()) {
        names.push_back(name);
    }
    return names;
}

TEST_CASE("the schema names exactly the keys that the reader accepts") {
    const auto schema = nlohmann::json::parse(
        read_file(std::filesystem::path(CHECKER_TESTS) / "../check.schema.json"));
    const std::map<std::string, nlohmann::json> objects{
        {"", schema},
        {"must", schema.at("$defs").at("must")},
        {"cases", schema.at("$defs").at("case")},
        {"compile_fails", schema.at("properties").at("compile_fails")},
    };
    REQUIRE(objects.size() == accepted_keys().size());
    for (auto [object, keys] : accepted_keys()) {
        CAPTURE(object);
        std::sort(keys.begin(), keys.end());
        CHECK(properties(objects.at(object)) == keys);
        CHECK(objects.at(object).at("additionalProperties") == false);
    }
}

TEST_CASE("the schema knows the same expectations and modes as the reader") {
    const std::string text =
        read_file(std::filesystem::path(CHECKER_TESTS) / "../check.schema.json");
    std::string expectations;
    for (const std::string& name : expectation_names()) {
        expectations += (expectations.empty() ? "(" : "|") + name;
    }
    std::string modes;
    for (const Mode mode : all_modes) {
        modes += (modes.empty() ? "(" : "|") + std::string(name(mode));
    }
    CHECK(text.find("\"^" + expectations + ")(@" + modes + "))?") != std::string::npos);
    CHECK(text.find("\"^" + expectations + ") in " + modes + "): ") != std::string::npos);
}

TEST_CASE("lines are split at newlines, and a last line may lack its own") {
    using Lines = std::vector<std::string_view>;
    CHECK(split_lines("").empty());
    CHECK(split_lines("a") == Lines{"a"});
    CHECK(split_lines("a\n") == Lines{"a"});
    CHECK(split_lines("\n") == Lines{""});
    CHECK(split_lines("a\r\n\nb") == Lines{"a\r", "", "b"});
}

TEST_CASE("what can't be seen is made visible") {
    CHECK(visible("plain, ünïcode — €") == "plain, ünïcode — €");
    CHECK(visible("a b  ") == "a b··");
    CHECK(visible("  ") == "··");
    CHECK(visible("a \r") == "a·␍");
    CHECK(visible("a\rb\tc") == "a␍b→c");
    CHECK(visible("\x1b[0m\x7f") == "\\x1b[0m\\x7f");
    CHECK(visible("\xC2\x9B"
                  "2J") == "\\xc2\\x9b2J");
    CHECK(visible("\xE2\x80\xAE"
                  "ko") == "\\xe2\\x80\\xaeko");
    CHECK(visible("caf\xE9!") == "caf\\xe9!");
    CHECK(visible("\xE0\x80\x80") == "\\xe0\\x80\\x80");
    CHECK(visible("\xF0\x80\x80\x80") == "\\xf0\\x80\\x80\\x80");
    CHECK(visible("\xF4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(visible("\xC0\xAF \xED\xA0\x80 \xE2\x82") == "\\xc0\\xaf \\xed\\xa0\\x80 \\xe2\\x82");
}

TEST_CASE("long text is cut in the middle, never within a character, and says how much") {
    CHECK(shorten("short", 100) == "short");
    const std::string text = std::string(50, 'a') + std::string(50, 'b');
    CHECK(shorten(text, 40) == std::string(8, 'a') + "… (84 bytes cut) …" + std::string(8, 'b'));
    std::string euros;
    for (int i = 0; i < 100; ++i) {
        euros += "€";
    }
    for (std::size_t limit = 0; limit < 120; ++limit) {
        CAPTURE(limit);
        CHECK_FALSE(first_invalid_utf8(shorten(euros, limit)));
    }
    CHECK(first_invalid_utf8("ab\xFF") == 2);
}

TEST_CASE("a misspelt word finds the one that was meant, another word finds none") {
    const std::vector<std::string> words{"in_flight", "threads", "exit", "from"};
    CHECK(did_you_mean("inflight", words) == "in_flight");
    CHECK(did_you_mean("thraeds", words) == "threads");
    CHECK(did_you_mean("exti", words) == "exit");
    CHECK(did_you_mean("thr", words) == "threads");
    CHECK_FALSE(did_you_mean("zzz", words));
    CHECK_FALSE(did_you_mean("", words));
    CHECK_FALSE(did_you_mean(std::string(1000, 'x'), words));
    CHECK(one_of(words) == "in_flight, threads, exit or from");
    CHECK(one_of(std::span(words).first(1)) == "in_flight");
}

TEST_CASE("a file that can't be read is named by the call that failed") {
    const Folder folder;
    const auto told = [](const std::filesystem::path& path) -> std::string {
        try {
            (void)read_file(path);
        } catch (const std::system_error& error) {
            return error.what();
        }
        return "(read)";
    };
    CHECK(told(folder.path / "none") ==
          "open " + (folder.path / "none").string() + ": No such file or directory");
    CHECK(told(folder.path) == "read " + folder.path.string() + ": Is a directory");
}

}  // namespace
