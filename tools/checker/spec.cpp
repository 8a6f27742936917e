// Reads check.json. Each kind of object has a table of its keys and their readers; accepted_keys(),
// the messages about unknown keys and the test of check.schema.json all live off those tables.
#include "spec.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "json_positions.hpp"

namespace checker {
namespace {

using Json = nlohmann::ordered_json;  // members in the order of the file: its first error is told
using Names = std::vector<std::string>;

const Names mode_names{"serial", "burst", "pieces", "interrupt", "storm"};
const Names server_names{"normal", "refuse", "slow", "none"};
const Names waiting_names{"idle", "polls", "spins"};
const Names clock_names{"virtual", "real"};
const Names platform_names{"native", "aarch64", "windows"};
const Names preset_names{"default", "maintainer", "release", "asan", "tsan"};
const Names placeholder_names{"server", "host", "port", "refused", "seed"};
const Names expectations{"signal",    "stuck",         "time_limit", "exit",     "elapsed",
                         "in_flight", "requests",      "resets",     "unread",   "untold",
                         "abandoned", "while_waiting", "threads",    "output",   "errors",
                         "syscalls",  "memory",        "open_fds",   "children", "compile_fails"};
const Names signal_names{"SIGABRT", "SIGALRM", "SIGBUS",  "SIGCHLD", "SIGCONT", "SIGFPE",
                         "SIGHUP",  "SIGILL",  "SIGINT",  "SIGKILL", "SIGPIPE", "SIGPROF",
                         "SIGQUIT", "SIGSEGV", "SIGSTOP", "SIGSYS",  "SIGTERM", "SIGTRAP",
                         "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGUSR1", "SIGUSR2", "SIGVTALRM",
                         "SIGXCPU", "SIGXFSZ"};

/// The enumerator whose name stands at its place in `names`.
template <typename Enum>
std::optional<Enum> named(const Names& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Enum>(found - names.begin());
}

template <typename Enum>
std::string_view name_in(const Names& names, Enum value) {
    return names.at(static_cast<std::size_t>(value));
}

bool known(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

/// FILE.md#anchor
bool is_heading(std::string_view text) {
    const std::size_t hash = text.find('#');
    return hash != std::string_view::npos && hash > 3 && text.substr(0, hash).ends_with(".md") &&
           hash + 1 < text.size() && text.find_first_of("# \t\n", hash + 1) == text.npos &&
           text.find_first_of(" \t\n") == text.npos;
}

/// A file below the folder of check.json, named without detours.
bool is_inside(std::string_view text) {
    const std::filesystem::path path(text);
    return !text.empty() && path.is_relative() && path.has_filename() &&
           path.lexically_normal().native() == text && *path.begin() != ".." &&
           *path.begin() != ".";
}

/// How much of `text` names a stage or an exercise: ch04/a, ch04/01. 0 if it begins otherwise.
std::size_t stage_prefix(std::string_view text) {
    const bool chapter = text.size() >= 6 && text.starts_with("ch") && is_digit(text[2]) &&
                         is_digit(text[3]) && text[4] == '/';
    if (!chapter) {
        return 0;
    }
    if (is_lower(text[5])) {
        return 6;
    }
    return text.size() >= 7 && is_digit(text[5]) && is_digit(text[6]) ? 7 : 0;
}

/// A value of the text, with what it takes to complain about it.
class Node {
public:
    Node(const Json& json, const JsonPositions& positions, const std::filesystem::path& file)
        : json_(&json), positions_(&positions), file_(&file) {}

    [[nodiscard]] const Json& json() const { return *json_; }
    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] std::filesystem::path folder() const { return file_->parent_path(); }
    [[nodiscard]] const std::filesystem::path& file() const { return *file_; }

    [[noreturn]] void fail(const std::string& meaning) const {
        throw SpecError(*file_, positions_->at(pointer_).value, meaning);
    }
    [[noreturn]] void fail_key(const std::string& meaning) const {
        throw SpecError(*file_, positions_->at(pointer_).key, meaning);
    }
    /// `"threads" must be WHAT, not a list`
    [[noreturn]] void fail_type(const std::string& what) const {
        fail(title() + " must be " + what + ", not " + described());
    }

    /// How messages call it.
    [[nodiscard]] std::string title() const {
        return key_.empty() ? std::string("check.json") : in_quotes(key_);
    }

    /// The members of an object, the elements of a list; an element goes by its list's key.
    [[nodiscard]] std::vector<Node> children() const {
        std::vector<Node> found;
        if (json_->is_object()) {
            for (const auto& [name, value] : json_->items()) {
                found.push_back(child(value, name, name));
            }
        } else {
            for (std::size_t i = 0; i < json_->size(); ++i) {
                found.push_back(child((*json_)[i], std::to_string(i), key_));
            }
        }
        return found;
    }

    void need_object(const std::string& what) const {
        if (!json_->is_object()) {
            fail_type(what);
        }
    }

    [[nodiscard]] std::string string(const std::string& what = "a string") const {
        if (!json_->is_string()) {
            fail_type(what);
        }
        return json_->get<std::string>();
    }

private:
    [[nodiscard]] Node child(const Json& value, const std::string& name,
                             const std::string& key) const {
        Node node(value, *positions_, *file_);
        node.pointer_ = child_pointer(pointer_, name);
        node.key_ = key;
        return node;
    }

    [[nodiscard]] std::string described() const {
        switch (json_->type()) {
            case Json::value_t::object:
                return "an object";
            case Json::value_t::array:
                return "a list";
            case Json::value_t::string:
                return in_quotes(json_->get_ref<const std::string&>());
            default:
                return json_->dump();  // numbers, true, false, null as they are written
        }
    }

    const Json* json_;
    const JsonPositions* positions_;
    const std::filesystem::path* file_;
    std::string pointer_;
    std::string key_;
};

// Readers of single values.

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20;
}

std::string nonempty(const Node& node) {
    std::string text = node.string("a string that isn't empty");
    if (text.empty() || std::any_of(text.begin(), text.end(), is_control)) {
        node.fail_type("one line of text");
    }
    return text;
}

std::vector<Node> elements(const Node& node, const std::string& of_what) {
    if (!node.json().is_array()) {
        node.fail_type("a list of " + of_what);
    }
    return node.children();
}

/// A list of nonempty strings, each once.
Names names(const Node& node, const std::string& of_what) {
    Names read;
    for (const Node& element : elements(node, of_what)) {
        read.push_back(nonempty(element));
        if (std::count(read.begin(), read.end(), read.back()) > 1) {
            element.fail(in_quotes(read.back()) + " stands twice in " + node.title());
        }
    }
    return read;
}

/// A word out of a fixed set.
std::string choice(const Node& node, const Names& choices) {
    const std::string word = node.string(one_of(choices));
    if (!known(choices, word)) {
        node.fail("unknown word " + in_quotes(word) + " in " + node.title() +
                  suggestion(word, choices));
    }
    return word;
}

std::string inside(const Node& node) {
    const std::string path = nonempty(node);
    if (!is_inside(path)) {
        node.fail_type("a file below the folder of check.json, such as \"input.txt\"");
    }
    return path;
}

/// A whole number that isn't negative, in decimal; at most 10^15, so that sums can't overflow.
std::optional<std::int64_t> whole_number(std::string_view digits) {
    std::int64_t value = 0;
    const bool plain = !digits.empty() && digits.size() <= 15 &&
                       std::all_of(digits.begin(), digits.end(), is_digit) &&
                       (digits[0] != '0' || digits.size() == 1);
    if (!plain) {
        return std::nullopt;
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::optional<std::int64_t> whole_number(const Json& json) {
    return json.is_number_integer() ? whole_number(std::string_view(json.dump())) : std::nullopt;
}

/// "<= 12" or ">= 3".
std::optional<Count> count_in(const std::string& text) {
    const auto number =
        whole_number(std::string_view(text).substr(std::min<std::size_t>(3, text.size())));
    if (number && text.starts_with("<= ")) {
        return Count{Count::Is::at_most, *number};
    }
    if (number && text.starts_with(">= ")) {
        return Count{Count::Is::at_least, *number};
    }
    return std::nullopt;
}

Count read_count(const Node& node) {
    if (const auto exact = whole_number(node.json())) {
        return {Count::Is::exactly, *exact};
    }
    if (node.json().is_string()) {
        if (const auto count = count_in(node.string())) {
            return *count;
        }
    }
    node.fail_type("a count: 5, \"<= 12\" or \">= 3\"");
}

Exit read_exit(const Node& node) {
    const auto status = whole_number(node.json());
    if (status && *status <= 255) {
        return {static_cast<int>(*status), ""};
    }
    if (!node.json().is_string()) {
        node.fail_type("a status from 0 to 255 or a signal such as \"SIGSEGV\"");
    }
    const std::string signal = node.string();
    if (!known(signal_names, signal)) {
        node.fail("unknown signal " + in_quotes(signal) + " in \"exit\"" +
                  suggestion(signal, signal_names));
    }
    return {0, signal};
}

Elapsed read_elapsed(const Node& node) {
    if (const auto exact = whole_number(node.json())) {
        return {Elapsed::Is::exactly, std::chrono::milliseconds(*exact)};
    }
    if (node.json() == "max") {
        return {Elapsed::Is::longest, {}};
    }
    if (node.json() == "sum") {
        return {Elapsed::Is::sum, {}};
    }
    if (node.json().is_string()) {
        if (const auto count = count_in(node.string()); count && count->is == Count::Is::at_least) {
            return {Elapsed::Is::at_least, std::chrono::milliseconds(count->number)};
        }
    }
    node.fail_type("milliseconds of virtual time, \"max\" or \"sum\", or \">= 180\" of real time");
}

std::map<std::string, Count> read_syscalls(const Node& node) {
    node.need_object("an object, such as { \"epoll_wait\": \"<= 12\" }");
    std::map<std::string, Count> calls;
    for (const Node& call : node.children()) {
        const std::string& name = call.key();
        if (name.empty() || !std::all_of(name.begin(), name.end(), [](char c) {
                return is_lower(c) || is_digit(c) || c == '_';
            })) {
            call.fail_key(in_quotes(name) + " in \"syscalls\" is no name of a system call");
        }
        calls.emplace(name, read_count(call));
    }
    return calls;
}

std::vector<Mode> read_modes(const Node& node) {
    std::vector<Mode> modes;
    for (const Node& element : elements(node, "modes: " + one_of(mode_names))) {
        modes.push_back(*mode_named(choice(element, mode_names)));
        if (std::count(modes.begin(), modes.end(), modes.back()) > 1) {
            element.fail(in_quotes(name(modes.back())) + " stands twice in \"modes\"");
        }
    }
    if (modes.empty()) {
        node.fail("\"modes\" is empty; leave it out for the usual ones");
    }
    return modes;
}

/// Arguments, whose placeholders must be ones that a run can fill in.
Names read_args(const Node& node) {
    Names args;
    for (const Node& element : elements(node, "strings")) {
        const std::string arg = element.string();
        if (arg.find('\0') != arg.npos) {
            element.fail(in_quotes(arg) + " in \"args\": no argument can hold a NUL");
        }
        for (auto at = arg.find("${"); at != arg.npos; at = arg.find("${", at + 2)) {
            const std::size_t end = arg.find('}', at);
            const std::string name = arg.substr(at + 2, end == arg.npos ? end : end - at - 2);
            if (end == arg.npos) {
                element.fail(in_quotes(arg) + " in \"args\": no } closes the ${");
            }
            if (!known(placeholder_names, name)) {
                element.fail("unknown placeholder " + in_quotes("${" + name + "}") +
                             " in \"args\"" + suggestion(name, placeholder_names));
            }
        }
        args.push_back(arg);
    }
    return args;
}

std::filesystem::path read_expected_name(const Node& node) {
    const std::string path = inside(node);
    if (!path.ends_with(".txt") || path.ends_with(".err.txt")) {
        node.fail_type("a file NAME.txt (stderr's is NAME.err.txt beside it)");
    }
    return node.folder() / path;
}

// Tables of keys.

template <typename Target>
struct Field {
    std::string key;
    void (*read)(const Node&, Target&);
};

template <typename Target>
using Fields = std::vector<Field<Target>>;

/// Reads each member of `node` by its field. `where` ends the message about an unknown key.
template <typename Target>
void read_fields(const Node& node, const Fields<Target>& fields, const std::string& where,
                 Target& target) {
    for (const Node& member : node.children()) {
        const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& candidate) {
            return candidate.key == member.key();
        });
        if (field == fields.end()) {
            Names keys;
            for (const auto& candidate : fields) {
                keys.push_back(candidate.key);
            }

            member.fail_key("unknown key " + in_quotes(member.key()) + where +
                            suggestion(member.key(), keys));
        }
        field->read(member, target);
    }
}

template <auto Member>
void read_must_count(const Node& node, Must& must) {
    must.*Member = read_count(node);
}

const Fields<Must>& must_fields() {
    static const Fields<Must> fields{
        {"exit", [](const Node& node, Must& must) { must.exit = read_exit(node); }},
        {"elapsed", [](const Node& node, Must& must) { must.elapsed = read_elapsed(node); }},
        {"in_flight", read_must_count<&Must::in_flight>},
        {"requests", read_must_count<&Must::requests>},
        {"resets", read_must_count<&Must::resets>},
        {"unread", read_must_count<&Must::unread>},
        {"untold", read_must_count<&Must::untold>},
        {"abandoned", read_must_count<&Must::abandoned>},
        {"threads", read_must_count<&Must::threads>},
        {"memory_kib", read_must_count<&Must::memory_kib>},
        {"open_fds", read_must_count<&Must::open_fds>},
        {"children", read_must_count<&Must::children>},
        {"while_waiting",
         [](const Node& node, Must& must) {
             must.while_waiting = while_waiting_named(choice(node, waiting_names));
         }},
        {"syscalls", [](const Node& node, Must& must) { must.syscalls = read_syscalls(node); }},
    };
    return fields;
}

Must read_must(const Node& node) {
    node.need_object("an object of expectations");
    Must must;
    read_fields(node, must_fields(), " in \"must\"", must);
    return must;
}

/// What one object says of its case; what it leaves out comes from the top level.
struct GivenCase {
    std::optional<std::string> name;
    std::optional<Names> args;
    std::optional<std::filesystem::path> stdin_file;
    std::optional<ServerKind> server;
    std::optional<Must> must;
    std::optional<std::filesystem::path> expected;
    std::optional<std::vector<Mode>> modes;
    std::optional<Clock> clock;
    std::optional<Platform> platform;
    std::optional<Names> presets;
};

/// The keys that the top level and each case share. Templates, so that both tables can hold them.
template <typename Target, GivenCase& (*Given)(Target&)>
Fields<Target> shared_fields() {
    return {
        {"args", [](const Node& node, Target& to) { Given(to).args = read_args(node); }},
        {"stdin",
         [](const Node& node, Target& to) { Given(to).stdin_file = node.folder() / inside(node); }},
        {"server",
         [](const Node& node, Target& to) {
             Given(to).server = server_kind_named(choice(node, server_names));
         }},
        {"must", [](const Node& node, Target& to) { Given(to).must = read_must(node); }},
        {"expected",
         [](const Node& node, Target& to) { Given(to).expected = read_expected_name(node); }},
        {"modes", [](const Node& node, Target& to) { Given(to).modes = read_modes(node); }},
        {"clock", [](const Node& node,
                     Target& to) { Given(to).clock = clock_named(choice(node, clock_names)); }},
        {"platform",
         [](const Node& node, Target& to) {
             Given(to).platform = platform_named(choice(node, platform_names));
         }},
        {"presets",
         [](const Node& node, Target& to) {
             for (const Node& element : elements(node, "presets: " + one_of(preset_names))) {
                 (void)choice(element, preset_names);
             }
             Given(to).presets = names(node, "presets");
         }},
    };
}

GivenCase& itself(GivenCase& given) {
    return given;
}

const Fields<GivenCase>& case_fields() {
    static const Fields<GivenCase> fields = [] {
        auto all = shared_fields<GivenCase, itself>();
        all.push_back({"name", [](const Node& node, GivenCase& to) { to.name = nonempty(node); }});
        return all;
    }();
    return fields;
}

struct TopLevel {
    Spec spec;
    GivenCase given;
    std::vector<std::pair<Node, GivenCase>> others;
};

GivenCase& top_case(TopLevel& top) {
    return top.given;
}

void read_from(const Node& node, TopLevel& top) {
    top.spec.from = names(node, "parents, such as \"ch04/a\"");
    for (const Node& element : node.children()) {
        const std::string parent = element.string();
        if (stage_prefix(parent) != parent.size()) {
            element.fail_type("a list of stages or exercises, such as \"ch04/a\" or \"ch04/01\"");
        }
    }
}

void read_carries(const Node& node, TopLevel& top) {
    node.need_object("an object, such as { \"poll.hpp\": \"ch04/a/poll.hpp\" }");
    for (const Node& member : node.children()) {
        if (!is_inside(member.key())) {
            member.fail_key("\"carries\": " + in_quotes(member.key()) +
                            " is no file below the folder of check.json");
        }
        const std::string source = member.string("where it comes from");
        const std::size_t stage = stage_prefix(source);
        if (stage == 0 || stage >= source.size() || source[stage] != '/' ||
            !is_inside(std::string_view(source).substr(stage + 1))) {
            member.fail_type("where it comes from, such as \"ch04/a/poll.hpp\"");
        }
        top.spec.carries.emplace(member.key(), source);
    }
}

/// EXPECTATION[@MODE][:CAUSE]
void check_teach_key(const Node& member) {
    const std::string& key = member.key();
    const std::size_t colon = std::min(key.find(':'), key.size());
    const std::size_t at = std::min(key.find('@'), colon);
    const std::string expectation = key.substr(0, at);
    if (!known(expectations, expectation)) {
        member.fail_key("\"teach\": unknown expectation " + in_quotes(expectation) + " in " +
                        in_quotes(key) + suggestion(expectation, expectations));
    }
    if (at < colon) {
        const std::string mode = key.substr(at + 1, colon - at - 1);
        if (!mode_named(mode)) {
            member.fail_key("\"teach\": unknown mode " + in_quotes(mode) + " in " + in_quotes(key) +
                            suggestion(mode, mode_names));
        }
    }
    const auto of_a_cause = [](char c) {
        return is_digit(c) || is_lower(c) || is_upper(c) || c == '_' || c == '-' || c == '.';
    };
    if (colon < key.size() && (colon + 1 == key.size() ||
                               !std::all_of(key.begin() + static_cast<std::ptrdiff_t>(colon) + 1,
                                            key.end(), of_a_cause))) {
        member.fail_key("\"teach\": the cause in " + in_quotes(key) +
                        " must be a word of letters, digits, '_', '-' and '.'");
    }
}

void read_teach(const Node& node, TopLevel& top) {
    node.need_object("an object, such as { \"elapsed\": \"README.md#one-thread\" }");
    for (const Node& member : node.children()) {
        check_teach_key(member);
        const std::string heading = member.string("a heading, FILE.md#anchor");
        if (!is_heading(heading)) {
            member.fail_type("a heading, FILE.md#anchor");
        }
        top.spec.teach.emplace(member.key(), heading);
    }
}

void read_not_in(const Node& node, TopLevel& top) {
    node.need_object("an object of presets and reasons");
    for (const Node& member : node.children()) {
        if (!known(preset_names, member.key())) {
            member.fail_key("\"not_in\": unknown preset " + in_quotes(member.key()) +
                            suggestion(member.key(), preset_names));
        }
        top.spec.not_in.emplace(member.key(), nonempty(member));
    }
}

const Fields<CompileFails>& compile_fails_fields() {
    static const Fields<CompileFails> fields{
        {"source",
         [](const Node& node, CompileFails& to) { to.source = node.folder() / inside(node); }},
    };
    return fields;
}

void read_compile_fails(const Node& node, TopLevel& top) {
    node.need_object("an object, { \"source\": \"move.cpp\" }");
    CompileFails fails;
    read_fields(node, compile_fails_fields(), " in \"compile_fails\"", fails);
    if (fails.source.empty()) {
        node.fail("\"compile_fails\" lacks its \"source\"");
    }
    top.spec.compile_fails = fails;
}

void read_needs(const Node& node, TopLevel& top) {
    top.spec.needs = names(node, "programs and headers");
    for (const std::string& need : top.spec.needs) {
        if (need.starts_with(header_need) &&
            (need.size() == header_need.size() || need.find_first_of(" <>\"") != need.npos)) {
            node.fail(in_quotes(need) + " in \"needs\": a header is named as in header:asio.hpp");
        }
    }
}

void read_cases(const Node& node, TopLevel& top) {
    std::set<std::string> seen;
    for (const Node& element : elements(node, "cases")) {
        element.need_object("a list of objects");
        GivenCase given;
        read_fields(element, case_fields(), " in a case", given);
        if (!given.name) {
            element.fail("a case lacks its \"name\"");
        }
        if (!seen.insert(*given.name).second) {
            element.fail("two cases are called " + in_quotes(*given.name));
        }
        top.others.emplace_back(element, std::move(given));
    }
}

void read_fails(const Node& node, TopLevel& top) {
    const std::string reason = node.string("why the starter fails");
    try {
        (void)parse_reason(reason);
    } catch (const std::invalid_argument& error) {
        node.fail("\"fails\": " + std::string(error.what()));
    }
    top.spec.fails = reason;
}

const Fields<TopLevel>& top_fields() {
    static const Fields<TopLevel> fields = [] {
        auto all = shared_fields<TopLevel, top_case>();
        const Fields<TopLevel> own{
            {"$schema", [](const Node& node, TopLevel&) { (void)node.string(); }},
            {"title", [](const Node& node, TopLevel& top) { top.spec.title = nonempty(node); }},
            {"from", read_from},
            {"carries", read_carries},
            {"cases", read_cases},
            {"teach", read_teach},
            {"helpers",
             [](const Node& node, TopLevel& top) {
                 top.spec.helpers = names(node, "names of processes");
             }},
            {"needs", read_needs},
            {"not_in", read_not_in},
            {"compile_fails", read_compile_fails},
            {"fails", read_fails},
        };
        all.insert(all.end(), own.begin(), own.end());
        return all;
    }();
    return fields;
}

// From what was given to what holds.

bool names_the_server(const Names& args) {
    return std::any_of(args.begin(), args.end(), [](const std::string& arg) {
        return arg.find("${server}") != arg.npos || arg.find("${host}") != arg.npos ||
               arg.find("${port}") != arg.npos;
    });
}

bool allows_several(const std::optional<Count>& threads) {
    return threads && (threads->is == Count::Is::at_least || threads->number > 1);
}

bool replies_come(ServerKind server) {
    return server == ServerKind::normal || server == ServerKind::slow;
}

std::vector<Mode> usual_modes(const Case& of) {
    if (!replies_come(of.server)) {
        return {Mode::serial};
    }
    std::vector<Mode> modes(all_modes.begin(), all_modes.end());
    if (!allows_several(of.must.threads)) {
        modes.pop_back();  // storm, the last one: it races threads against each other
    }
    return modes;
}

template <typename T>
std::optional<T> either(const std::optional<T>& own, const std::optional<T>& inherited) {
    return own ? own : inherited;
}

std::filesystem::path err_file(std::filesystem::path expected) {
    return expected.replace_extension(".err.txt");
}

Case resolve(const Node& node, const GivenCase& own, const GivenCase& top) {
    Case made;
    made.name = own.name.value_or("");
    made.args = either(own.args, top.args).value_or(Names{});
    made.stdin_file = either(own.stdin_file, top.stdin_file).value_or("");
    const bool names_it = names_the_server(made.args);
    made.server =
        either(own.server, top.server).value_or(names_it ? ServerKind::normal : ServerKind::none);
    if (made.server == ServerKind::none && names_it) {
        node.fail("\"args\" name the server, but \"server\" is \"none\"");
    }
    made.must = either(own.must, top.must).value_or(Must{});
    made.expected = either(own.expected, top.expected).value_or(node.folder() / "expected.txt");
    made.expected_err = err_file(made.expected);
    made.clock = either(own.clock, top.clock).value_or(Clock::virtual_time);
    if (made.must.elapsed &&
        (made.must.elapsed->is == Elapsed::Is::at_least) != (made.clock == Clock::real)) {
        node.fail(made.clock == Clock::real
                      ? "\"elapsed\" with \"clock\": \"real\" can only be a lower bound, such as "
                        "\">= 180\": how long it takes depends on the machine"
                      : "\"elapsed\": \">= …\" needs \"clock\": \"real\"; virtual time is exact");
    }
    made.platform = either(own.platform, top.platform).value_or(Platform::native);
    made.presets = either(own.presets, top.presets).value_or(Names{});
    const std::vector<Mode> only_serial{Mode::serial};
    if (own.modes && !replies_come(made.server) && *own.modes != only_serial) {
        node.fail("\"modes\" are of no use where the server is \"" +
                  std::string(name(made.server)) + "\": only \"serial\" can run; leave them out");
    }
    const auto modes = replies_come(made.server) ? either(own.modes, top.modes) : std::nullopt;
    made.modes = modes.value_or(usual_modes(made));
    return made;
}

template <typename Target>
Names keys_of(const Fields<Target>& fields) {
    Names keys;
    for (const auto& field : fields) {
        keys.push_back(field.key);
    }
    return keys;
}

}  // namespace

bool Count::holds(std::int64_t value) const noexcept {
    switch (is) {
        case Is::at_most:
            return value <= number;
        case Is::at_least:
            return value >= number;
        case Is::exactly:
            break;
    }
    return value == number;
}

std::string Count::text() const {
    const char* relation = is == Is::at_most ? "<= " : is == Is::at_least ? ">= " : "";
    return relation + std::to_string(number);
}

std::string_view name(Mode mode) {
    return name_in(mode_names, mode);
}
std::string_view name(ServerKind kind) {
    return name_in(server_names, kind);
}
std::string_view name(WhileWaiting what) {
    return name_in(waiting_names, what);
}
std::string_view name(Clock clock) {
    return name_in(clock_names, clock);
}
std::string_view name(Platform platform) {
    return name_in(platform_names, platform);
}
std::optional<Mode> mode_named(std::string_view name) {
    return named<Mode>(mode_names, name);
}
std::optional<ServerKind> server_kind_named(std::string_view name) {
    return named<ServerKind>(server_names, name);
}
std::optional<WhileWaiting> while_waiting_named(std::string_view name) {
    return named<WhileWaiting>(waiting_names, name);
}
std::optional<Clock> clock_named(std::string_view name) {
    return named<Clock>(clock_names, name);
}
std::optional<Platform> platform_named(std::string_view name) {
    return named<Platform>(platform_names, name);
}

std::span<const std::string> expectation_names() {
    return expectations;
}

Reason parse_reason(std::string_view text) {
    const std::size_t in = text.find(" in ");
    const std::size_t colon = text.find(": ", in == text.npos ? 0 : in);
    if (in == text.npos || colon == text.npos) {
        throw std::invalid_argument(in_quotes(text) +
                                    " must read EXPECTATION in MODE: FILE.md#anchor");
    }
    const std::string expectation(text.substr(0, in));
    const std::string mode(text.substr(in + 4, colon - in - 4));
    const std::string heading(text.substr(colon + 2));
    if (!known(expectations, expectation)) {
        throw std::invalid_argument("unknown expectation " + in_quotes(expectation) +
                                    suggestion(expectation, expectations));
    }
    if (!mode_named(mode)) {
        throw std::invalid_argument("unknown mode " + in_quotes(mode) +
                                    suggestion(mode, mode_names));
    }
    if (!is_heading(heading)) {
        throw std::invalid_argument(in_quotes(heading) + " is no heading, FILE.md#anchor");
    }
    return {expectation, *mode_named(mode), heading};
}

Spec read_spec(const std::filesystem::path& file) {
    return parse_spec(read_spec_file(file), file);
}

Spec parse_spec(std::string_view text, const std::filesystem::path& file) {
    const JsonPositions positions = json_positions(text, file);
    const Json json = Json::parse(text);
    const Node node(json, positions, file);
    node.need_object("an object");
    TopLevel top;
    top.spec.file = file;
    read_fields(node, top_fields(), "", top);
    if (top.spec.title.empty()) {
        node.fail("no \"title\"; say in a few words what this shows");
    }
    top.spec.cases.push_back(resolve(node, top.given, top.given));
    for (const auto& [element, given] : top.others) {
        top.spec.cases.push_back(resolve(element, given, top.given));
    }
    return std::move(top.spec);
}

std::optional<std::string> teach_for(const Spec& spec, std::string_view expectation, Mode mode,
                                     std::string_view cause) {
    const std::string plain(expectation);
    const std::string in_mode = plain + "@" + std::string(name(mode));
    const std::string of_cause = ":" + std::string(cause);
    std::vector<std::string> keys{in_mode, plain};
    if (!cause.empty()) {
        keys.insert(keys.begin(), {in_mode + of_cause, plain + of_cause});
    }
    for (const std::string& key : keys) {
        if (const auto found = spec.teach.find(key); found != spec.teach.end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

const std::map<std::string, std::vector<std::string>>& accepted_keys() {
    static const std::map<std::string, Names> keys{
        {"", keys_of(top_fields())},
        {"must", keys_of(must_fields())},
        {"cases", keys_of(case_fields())},
        {"compile_fails", keys_of(compile_fails_fields())},
    };
    return keys;
}

}  // namespace checker
