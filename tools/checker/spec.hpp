// check.json: what a stage or an exercise promises. This reads and validates; it judges nothing and
// looks at no file but the one it is given.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text.hpp"

namespace checker {

/// A number to hold: 5, "<= 12" or ">= 3" in check.json. Never negative.
struct Count {
    enum class Is { exactly, at_most, at_least };
    Is is = Is::exactly;
    std::int64_t number = 0;

    [[nodiscard]] bool holds(std::int64_t value) const noexcept;
    /// As it is written in check.json: `5`, `<= 12`, `>= 3`.
    [[nodiscard]] std::string text() const;
    bool operator==(const Count&) const = default;
};

enum class Mode { serial, burst, pieces, interrupt, storm };
enum class ServerKind { normal, refuse, slow, none };
enum class WhileWaiting { idle, polls, spins };
enum class Platform { native, aarch64, windows };
enum class Clock { virtual_time, real };  ///< "virtual" and "real" in check.json

/// The name by which check.json and the command line know it.
[[nodiscard]] std::string_view name(Mode mode);
[[nodiscard]] std::string_view name(ServerKind kind);
[[nodiscard]] std::string_view name(WhileWaiting what);
[[nodiscard]] std::string_view name(Clock clock);
[[nodiscard]] std::string_view name(Platform platform);
[[nodiscard]] std::optional<Mode> mode_named(std::string_view name);
[[nodiscard]] std::optional<ServerKind> server_kind_named(std::string_view name);
[[nodiscard]] std::optional<WhileWaiting> while_waiting_named(std::string_view name);
[[nodiscard]] std::optional<Clock> clock_named(std::string_view name);
[[nodiscard]] std::optional<Platform> platform_named(std::string_view name);

/// All modes, in the order of the enumeration.
inline constexpr std::array all_modes{Mode::serial, Mode::burst, Mode::pieces, Mode::interrupt,
                                      Mode::storm};

/// The expectations that can fail, by name ("output", "stuck", …): the keys of `teach` and the
/// first word of a Reason.
[[nodiscard]] std::span<const std::string> expectation_names();

/// How the program ends.
struct Exit {
    int status = 0;      ///< 0 to 255; meaningless if a signal is named
    std::string signal;  ///< "SIGSEGV", or empty: it exits
    bool operator==(const Exit&) const = default;
};

/// Time from start to end: virtual, but real for at_least.
struct Elapsed {
    /// A number; "max", "sum" of the delays asked for; ">= " and a number, where the clock is real:
    /// a slow machine takes longer, and none takes less.
    enum class Is { exactly, longest, sum, at_least };
    Is is = Is::exactly;
    std::chrono::milliseconds number{};
    bool operator==(const Elapsed&) const = default;
};

/// What is promised beside the output. What is absent isn't judged; only `exit` has a default,
/// which is the judge's business: status 0.
struct Must {
    std::optional<Exit> exit;
    std::optional<Elapsed> elapsed;
    std::optional<Count> in_flight;  ///< peak
    std::optional<Count> requests;
    std::optional<Count> resets;
    std::optional<Count> unread;      ///< peak of connections with bytes unread while it waits
    std::optional<Count> untold;      ///< replies of which nothing was printed before the next
    std::optional<Count> abandoned;   ///< requests whose reply the program did not wait for
    std::optional<Count> threads;     ///< peak, main thread included
    std::optional<Count> memory_kib;  ///< peak resident set, KiB
    std::optional<Count> open_fds;    ///< at exit, beyond 0 to 2
    std::optional<Count> children;
    std::optional<WhileWaiting> while_waiting;
    std::map<std::string, Count> syscalls;  ///< by name, `serial` only
    bool operator==(const Must&) const = default;
};

/// One way to run the program. All defaults and inheritance are already applied, paths are made
/// relative to what the spec's own path is relative to.
struct Case {
    std::string name;                  ///< empty for the first case
    std::vector<std::string> args;     ///< may hold ${server}, ${host}, ${port}, ${seed}
    std::filesystem::path stdin_file;  ///< empty: stdin is empty
    ServerKind server = ServerKind::none;
    Must must;
    std::filesystem::path expected;      ///< what stdout must be
    std::filesystem::path expected_err;  ///< what stderr must be; no such file: empty
    std::vector<Mode> modes;             ///< never empty, each once
    Clock clock = Clock::virtual_time;
    Platform platform = Platform::native;
    std::vector<std::string> presets;  ///< empty: all
};

/// A source that must not compile at its marked line.
struct CompileFails {
    std::filesystem::path source;
};

/// What a need begins with that is a header: "header:asio.hpp".
inline constexpr std::string_view header_need = "header:";

struct Spec {
    std::filesystem::path file;
    std::string title;
    std::vector<std::string> from;               ///< parents, "ch04/a"
    std::map<std::string, std::string> carries;  ///< file here → "ch04/a/poll.hpp"
    std::vector<Case> cases;                     ///< never empty; the first is the top level
    std::map<std::string, std::string> teach;    ///< "EXPECTATION[@MODE][:CAUSE]" → FILE.md#anchor
    std::vector<std::string> helpers;            ///< names of processes to watch besides the tree
    std::vector<std::string> needs;              ///< programs, and headers behind header_need
    std::map<std::string, std::string> not_in;   ///< preset → why
    std::optional<CompileFails> compile_fails;
    std::string fails;  ///< exercises: why the starter must fail, parse_reason()'s syntax; or empty
};

/// Why a mutant or a starter must be rejected.
struct Reason {
    std::string expectation;  ///< one of expectation_names()
    Mode mode = Mode::serial;
    std::string heading;  ///< "README.md#anchor"
    bool operator==(const Reason&) const = default;
};

/// Reads "EXPECTATION in MODE: HEADING". Throws std::invalid_argument that says what is wrong.
[[nodiscard]] Reason parse_reason(std::string_view text);

/// Throws SpecError, with the line, for whatever is wrong with the file.
[[nodiscard]] Spec read_spec(const std::filesystem::path& file);

/// read_spec() of a text that would stand in `file`, which is not opened. Throws SpecError.
[[nodiscard]] Spec parse_spec(std::string_view text, const std::filesystem::path& file);

/// The lesson's heading for a failure; `cause` may be empty. The most specific key wins: mode and
/// cause, then cause, then mode, then the expectation alone.
[[nodiscard]] std::optional<std::string> teach_for(const Spec& spec, std::string_view expectation,
                                                   Mode mode, std::string_view cause);

/// The keys that each kind of object takes: "" (the top level), "must", "cases" (one case),
/// "compile_fails". check.schema.json must name the same ones.
[[nodiscard]] const std::map<std::string, std::vector<std::string>>& accepted_keys();

}  // namespace checker
