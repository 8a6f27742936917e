// Feeds any bytes to the reader of check.json: it makes a Spec that keeps its promises, or refuses
// them as a SpecError.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "require.hpp"
#include "spec.hpp"

namespace {

using namespace checker;
using checker_fuzz::require;

constexpr const char* spec_file = "folder/check.json";

void require_inside(const std::filesystem::path& path) {
    const auto below = path.lexically_relative("folder");
    require(below == path.lexically_normal().lexically_relative("folder") && !below.empty() &&
                *below.begin() != ".." && below.has_filename(),
            "a file lies below the folder of check.json: " + path.string());
}

template <typename T>
bool each_once(const std::vector<T>& list) {
    return std::set<T>(list.begin(), list.end()).size() == list.size();
}

void require_counts(const Must& must) {
    for (const auto* count :
         {&must.in_flight, &must.requests, &must.resets, &must.unread, &must.abandoned,
          &must.threads, &must.memory_kib, &must.open_fds, &must.children}) {
        require(!*count || (*count)->number >= 0, "a count isn't negative");
    }
    for (const auto& [call, count] : must.syscalls) {
        require(!call.empty() && count.number >= 0, "a system call has a name and a count");
    }
    require(!must.exit || (must.exit->status >= 0 && must.exit->status <= 255), "a status");
    require(!must.elapsed || must.elapsed->number.count() >= 0, "time goes forward");
}

void require_case(const Case& one) {
    require(!one.modes.empty() && each_once(one.modes), "each mode once, and at least one");
    const bool replies = one.server == ServerKind::normal || one.server == ServerKind::slow;
    require(replies || one.modes == std::vector{Mode::serial}, "only serial without replies");
    require_inside(one.expected);
    require(
        one.expected.extension() == ".txt" &&
            one.expected_err == std::filesystem::path(one.expected).replace_extension(".err.txt"),
        "stdout's and stderr's files belong together");
    if (!one.stdin_file.empty()) {
        require_inside(one.stdin_file);
    }
    for (const std::string& arg : one.args) {
        require(arg.find('\0') == arg.npos, "an argument is a C string");
    }
    require_counts(one.must);
}

void require_teach(const Spec& spec) {
    for (const auto& [key, heading] : spec.teach) {
        const auto end = std::min(key.find_first_of("@:"), key.size());
        const auto colon = key.find(':');
        const auto at = key.find('@') < colon ? key.find('@') : key.npos;
        const std::string mode(
            at == key.npos ? "serial"
                           : key.substr(at + 1, colon == key.npos ? key.npos : colon - at - 1));
        require(mode_named(mode).has_value(), "a mode in teach is one");
        const std::string cause = colon == key.npos ? "" : key.substr(colon + 1);
        const auto found = teach_for(spec, key.substr(0, end), *mode_named(mode), cause);
        require(found.has_value(), "each teach key is found: " + key);
        require(at == key.npos || colon == key.npos || *found == heading,
                "the most specific key wins: " + key);
    }
}

void require_spec(const Spec& spec) {
    require(spec.file == spec_file && !spec.title.empty(), "it has a title");
    require(!spec.cases.empty() && spec.cases.front().name.empty(), "the first case is the top");
    std::vector<std::string> names;
    for (const Case& one : spec.cases) {
        require_case(one);
        names.push_back(one.name);
    }
    require(each_once(names), "each case has its own name");
    require(each_once(spec.from) && each_once(spec.helpers) && each_once(spec.needs),
            "lists name each thing once");
    require_teach(spec);
    if (spec.compile_fails) {
        require_inside(spec.compile_fails->source);
    }
    if (!spec.fails.empty()) {
        (void)parse_reason(spec.fails);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = checker_fuzz::as_text(data, size);
    std::optional<Spec> spec;
    try {
        spec = parse_spec(text, spec_file);
    } catch (const SpecError& error) {
        checker_fuzz::require_refusal(error, text, spec_file);
    }
    if (spec) {
        require_spec(*spec);
    }
    return 0;
}
