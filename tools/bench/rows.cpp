#include "rows.hpp"

namespace bench {

const std::vector<Row>& all_rows() {
    static const std::vector<Row> rows{
        {.group = "switch",
         .title = "a switch of stacks that keeps the control words",
         .unit = "ns",
         .operations = 20'000'000,
         .contenders = {{"ours", "bench-switch-ours", Side::ours, "control words"},
                        {"ret", "bench-switch-ret", Side::ours, "control words; ends in ret"},
                        {"fcontext", "bench-switch-fcontext", Side::peer, "control words",
                         "libboost-context-dev"},
                        {"limit", "bench-switch-limit", Side::limit, "control words"}},
         .must = {{"ours", 1.0, "fcontext"}},
         .goal = {{"ours", 1.05, "limit"}}},
        {.group = "switch",
         .title = "a switch of stacks that does not",
         .unit = "ns",
         .operations = 20'000'000,
         .contenders = {{"ours", "bench-switch-bare-ours", Side::ours, "registers only"},
                        {"ret", "bench-switch-bare-ret", Side::ours, "registers only; ends in ret"},
                        {"limit", "bench-switch-bare-limit", Side::limit, "registers only"}},
         .must = {{"ours", 1.3, "limit"}},
         .goal = {{"ours", 1.15, "limit"}}},
        {.group = "yield",
         .title = "a yield through the scheduler, between two fibers",
         .unit = "ns",
         .operations = 2'000'000,
         .contenders = {{"ours", "bench-yield-ours", Side::ours, "one thread"},
                        {"boost", "bench-yield-boost", Side::peer,
                         "many threads, priorities, fiber-local storage", "libboost-fiber-dev"}},
         .must = {{"ours", 0.5, "boost"}},
         .goal = {}}};
    return rows;
}

}  // namespace bench
