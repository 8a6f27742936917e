// Holds the evidence of one run against what its check.json and expected.txt promise. Pure: it runs
// nothing and prints nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence.hpp"
#include "expected.hpp"
#include "spec.hpp"

namespace checker {

/// One promise that was not kept.
struct Finding {
    std::string expectation;  ///< one of expectation_names()
    std::string cause;        ///< the second half of a `teach` key; often empty
    std::string expected;
    std::string got;
    std::vector<std::string> details;  ///< further lines: a diff, what each thread waits for
    std::string in_short;              ///< how it is told behind another finding
};

/// What one case promises, read and parsed.
struct Promise {
    Must must;
    Expected out;
    std::optional<Expected> err;  ///< none: stderr must be empty
};

/// What this build of the program can't be judged on.
struct Unjudged {
    bool threads = false;  ///< the thread sanitizer adds one of its own, which polls
    bool memory = false;   ///< sanitizers take memory of their own
};

/// Everything that is wrong, the most telling first; empty if every promise is kept.
std::vector<Finding> judge(const Promise& promise, const Evidence& evidence,
                           const Unjudged& unjudged);

}  // namespace checker
