#include "api.hpp"
#include "observe.hpp"
#include "paymongo.hpp"

namespace paymongo {
namespace {

using turnpike::Answer;
using turnpike::Form;
using turnpike::Json;
using turnpike::Observations;
using turnpike::Request;

/// A cursor is "<list>:<last id>"; payments come first, then refunds.
struct Mark {
    bool refunds = false;
    std::string_view after;
};

Mark mark_of(std::string_view cursor) {
    Mark out;
    if (cursor.empty()) return out;
    const size_t colon = cursor.find(':');
    out.refunds = cursor.substr(0, colon) == "refunds";
    if (colon == std::string_view::npos ||
        (!out.refunds && cursor.substr(0, colon) != "payments")) {
        throw turnpike::Error(turnpike::ErrorKind::input,
                              "The cursor is not one of this provider's.")
            .field("/cursor");
    }
    out.after = cursor.substr(colon + 1);
    return out;
}

/// Lists are newest first and know no dates: reading ends at the first row before the window.
std::string next_mark(const Mark& at, const std::vector<Json>& rows, bool more, int64_t from_s) {
    const bool in_window =
        !rows.empty() && rows.back()["attributes"]["created_at"].integer().value_or(0) >= from_s;
    if (more && in_window) {
        return std::string(at.refunds ? "refunds:" : "payments:") +
               std::string(rows.back().need_text("/id"));
    }
    return at.refunds ? std::string() : "refunds:";
}

Request rows_request(const Op& op, const std::string& key, const Mark& at) {
    Form query;
    query.add("limit", 100).add_if("after", at.after);
    if (at.refunds) return get(op, key, "refunds.page", "/refunds", query);
    return get(op, key, "payments.page", "/payments", query);
}

}  // namespace

Task<Next> PayMongo::list_transactions(Op& op) const {
    const Json input = op.input();
    const Mark at = mark_of(input["cursor"].text());
    const Answer answer = co_await op.http(rows_request(op, private_key_, at));
    const std::vector<Json> rows = data_of(answer).items();
    const int64_t from_s = input.need_integer("/from_unix_ms") / 1000;
    Observations out;
    for (const Json& row : rows) {
        const int64_t created = row["attributes"]["created_at"].integer().value_or(from_s);
        if (created >= from_s) out.add(observe(row, {mode_, op.now_unix_ms()}));
    }
    out.next(next_mark(at, rows, answer.json()["has_more"].is_true(), from_s));
    co_return done(out);
}

}  // namespace paymongo
