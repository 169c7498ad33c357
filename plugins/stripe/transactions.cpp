#include <optional>

#include "api.hpp"
#include "observe.hpp"
#include "stripe.hpp"

namespace stripe {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::Observation;

/// One kind of object the list walks through, and how one is read.
struct Stage {
    std::string_view name;
    std::string_view expand;
    Observation (*observe)(const Json&, const Seen&);
};
constexpr Stage kStages[] = {
    {"charges", "data.balance_transaction", observe_charge},
    {"refunds", "", observe_refund},
    {"disputes", "", observe_dispute},
};

/// A cursor is "<stage>:<last id>": the stage in progress and where its next page begins.
struct Cursor {
    const Stage* stage;
    std::string_view after;
};

Cursor parse_cursor(std::string_view text) {
    const std::string_view name = text.substr(0, text.find(':'));
    for (const Stage& stage : kStages) {
        if (stage.name != name) continue;
        return {&stage,
                name.size() < text.size() ? text.substr(name.size() + 1) : std::string_view()};
    }
    if (text.empty()) return {kStages, {}};
    throw turnpike::Error(turnpike::ErrorKind::input, "The cursor is not one of this provider's.")
        .field("/cursor");
}

std::string next_cursor(const Cursor& at, const Json& page, const std::vector<Json>& rows) {
    if (page["has_more"].is_true() && !rows.empty()) {
        return std::string(at.stage->name) + ':' + std::string(rows.back().need_text("/id"));
    }
    const Stage* next = at.stage + 1;
    return next == std::end(kStages) ? std::string() : std::string(next->name) + ':';
}

int64_t need_ms(const Json& input, std::string_view pointer) { return input.need_integer(pointer); }

Form page_query(const Json& input, const Cursor& at) {
    Form query;
    query.add("created[gte]", need_ms(input, "/from_unix_ms") / 1000);
    query.add("created[lt]", (need_ms(input, "/to_unix_ms") + 999) / 1000);
    query.add("limit", 100);
    query.add_if("starting_after", at.after);
    query.add_if("expand[0]", at.stage->expand);
    return query;
}

}  // namespace

Task<Next> Stripe::list_transactions(Op& op) const {
    const Cursor at = parse_cursor(op.input()["cursor"].text());
    const std::string name(at.stage->name);
    const Json page = co_await fetch(
        op, get(private_key_, name + ".list", "/v1/" + name, page_query(op.input(), at)));
    if (!page["data"].is_array()) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "Stripe's list of " + name + " cannot be read.");
    }
    const std::vector<Json> rows = page["data"].items();
    turnpike::Observations out;
    for (const Json& row : rows) out.add(at.stage->observe(row, {mode_, op.now_unix_ms()}));
    co_return done(out.next(next_cursor(at, page, rows)));
}

}  // namespace stripe
