// What is measured: rows of programs that do the same thing in different ways. It measures nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// Whose program it is.
enum class Side {
    ours,   ///< a stage of the workshop
    peer,   ///< a library that people use, as its documentation recommends
    limit,  ///< the least that the thing can take, written by hand for this one purpose
};

/// One way of doing what the row is about. `PROGRAM N` does it N times and prints how much each
/// time took, in the row's unit, on one line; `PROGRAM --name` prints what it is, with its version.
struct Contender {
    std::string key;      ///< within the row: "fcontext"
    std::string program;  ///< the CMake target, which lies in the folder of programs
    Side side;
    std::string can;           ///< what it does besides, since only like compares with like
    std::string package = {};  ///< Debian's name of what it needs; empty: nothing
};

/// `left` takes at most `factor` times what `right` takes.
struct Bound {
    std::string left;  ///< a contender's key
    double factor;
    std::string right;  ///< a contender's key
};

struct Row {
    std::string group;  ///< as the command line names it; several rows may share it
    std::string title;
    std::string unit;
    std::uint64_t operations;  ///< in one run of a program, about 0.1 s
    std::vector<Contender> contenders;
    std::vector<Bound> must;  ///< what the design holds us to
    std::vector<Bound> goal;  ///< what would be fine
};

/// All rows, in the order in which they are shown.
[[nodiscard]] const std::vector<Row>& all_rows();

}  // namespace bench
