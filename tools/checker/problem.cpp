// Problems as text.
#include "problem.hpp"

namespace checker {
namespace {

std::string place(const std::filesystem::path& file, int line) {
    return file.string() + (line > 0 ? ":" + std::to_string(line) : "") + ": ";
}

}  // namespace

Problem problem_of(const SpecError& error) {
    const std::string text = error.what();
    const std::string where = place(error.file(), error.line());
    return {.file = error.file(),
            .line = error.line(),
            .what = text.starts_with(where) ? text.substr(where.size()) : text,
            .remedy = {}};
}

std::string one_line(const Problem& problem, const std::filesystem::path& root) {
    return place(problem.file.lexically_proximate(root), problem.line) +
           (problem.warning ? "warning: " : "") + problem.what +
           (problem.remedy.empty() ? "" : "; " + problem.remedy);
}

}  // namespace checker
