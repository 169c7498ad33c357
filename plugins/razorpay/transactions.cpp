#include "api.hpp"
#include "observe.hpp"
#include "razorpay.hpp"

namespace razorpay {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::Observations;

constexpr int kPageSize = 100;

/// A cursor is "<list>:<how many were read>"; payments come first, then refunds.
struct ListCursor {
    bool refunds = false;
    int64_t skip = 0;
};

ListCursor read_cursor(std::string_view text) {
    ListCursor out;
    if (text.empty()) return out;
    const size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    const std::string_view digits = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    const bool plain = !digits.empty() && digits.size() < 10 &&
                       digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (!plain || (name != "payments" && name != "refunds")) {
        throw turnpike::Error(turnpike::ErrorKind::input,
                              "The cursor is not one of this provider's.")
            .field("/cursor");
    }
    out.refunds = name == "refunds";
    for (const char c : digits) out.skip = out.skip * 10 + (c - '0');
    return out;
}

std::string cursor_after(const ListCursor& at, size_t rows) {
    const std::string name = at.refunds ? "refunds:" : "payments:";
    if (rows >= kPageSize) return name + std::to_string(at.skip + kPageSize);
    return at.refunds ? std::string() : "refunds:0";
}

Form list_query(const Json& input, const ListCursor& at) {
    Form query;
    query.add("from", input.need_integer("/from_unix_ms") / 1000);
    query.add("to", (input.need_integer("/to_unix_ms") + 999) / 1000);
    query.add("count", kPageSize).add("skip", at.skip);
    return query;
}

}  // namespace

Task<Next> Razorpay::list_transactions(Op& op) const {
    const ListCursor at = read_cursor(op.input()["cursor"].text());
    const std::string name = at.refunds ? "refunds" : "payments";
    const Json page = co_await fetch(op, get(op, {key_id_, key_secret_}, name + ".list", "/" + name,
                                             list_query(op.input(), at)));
    if (!page["items"].is_array()) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "Razorpay's list of " + name + " cannot be read.");
    }
    const std::vector<Json> rows = page["items"].items();
    const Seen seen{mode_, op.now_unix_ms()};
    Observations out;
    for (const Json& row : rows) {
        out.add(at.refunds ? observe_refund(row, seen) : observe_payment(row, seen));
    }
    co_return done(out.next(cursor_after(at, rows.size())));
}

}  // namespace razorpay
