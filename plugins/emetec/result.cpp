#include "result.hpp"

namespace emetec {
namespace {

struct Group {
    std::string_view prefix;
    Outcome outcome;
};
/// The first that fits counts.
constexpr Group kGroups[] = {
    {"000.100.2", Outcome::dispute},    {"000.000.", Outcome::success},
    {"000.100.1", Outcome::success},    {"000.3", Outcome::success},
    {"000.6", Outcome::success},        {"000.400.110", Outcome::success},
    {"000.400.120", Outcome::success},  {"000.400.03", Outcome::unknown},
    {"000.400.0", Outcome::review},     {"000.400.100", Outcome::review},
    {"000.200", Outcome::waiting},      {"800.400.5", Outcome::slow},
    {"100.400.500", Outcome::slow},     {"900.100", Outcome::unknown},
    {"900.200", Outcome::unknown},      {"900.300", Outcome::unknown},
    {"900.400", Outcome::unknown},      {"100.396.101", Outcome::cancelled},
    {"800.120.100", Outcome::throttled},
};

}  // namespace

Outcome outcome_of(std::string_view code) {
    for (const Group& group : kGroups) {
        if (code.starts_with(group.prefix)) return group.outcome;
    }
    return Outcome::failure;
}

bool is_test_money(std::string_view code) { return code.starts_with("000.100.11"); }

}  // namespace emetec
