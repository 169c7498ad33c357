#include <optional>

#include "api.hpp"
#include "observe.hpp"
#include "paystack.hpp"
#include "turnpike/time.hpp"

namespace paystack {
namespace {

using turnpike::Form;
using turnpike::Json;
using turnpike::Observation;
using turnpike::Observations;
using turnpike::Status;

constexpr size_t kRowsMax = 100;

/// A cursor is "<list>:<page>"; transactions come first, then refunds.
struct Place {
    bool refunds = false;
    int64_t page = 1;
};

Place place_of(std::string_view cursor) {
    Place out;
    if (cursor.empty()) return out;
    const size_t colon = cursor.find(':');
    const std::string_view digits = colon == std::string_view::npos ? "" : cursor.substr(colon + 1);
    out.refunds = cursor.substr(0, colon) == "refunds";
    const bool plain = !digits.empty() && digits.size() < 8 &&
                       digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (!plain || (!out.refunds && cursor.substr(0, colon) != "transactions")) {
        throw turnpike::Error(turnpike::ErrorKind::input,
                              "The cursor is not one of this provider's.")
            .field("/cursor");
    }
    out.page = 0;
    for (const char c : digits) out.page = out.page * 10 + (c - '0');
    return out;
}

std::string place_after(const Place& at, size_t rows) {
    const std::string name = at.refunds ? "refunds:" : "transactions:";
    if (rows >= kRowsMax) return name + std::to_string(at.page + 1);
    return at.refunds ? std::string() : "refunds:1";
}

turnpike::Request page_request(const std::string& key, const Place& at, const Form& query) {
    if (at.refunds) return get(key, "refunds.page", "/refund", query);
    return get(key, "transactions.page", "/transaction", query);
}

/// A refund of a list names its transaction by number only, or as an object.
std::optional<Observation> observe_listed_refund(const Json& refund, turnpike::Mode mode,
                                                 int64_t at_unix_ms) {
    const Json transaction = refund["transaction"];
    const std::string_view id =
        transaction.is_object() ? transaction["id"].scalar() : transaction.scalar();
    if (id.empty()) return std::nullopt;
    Observation out(mode_of(refund, mode), at_unix_ms);
    out.parent(id).provider_id("transaction", id).status(Status::succeeded);
    add_refund(out, refund);
    return out;
}

}  // namespace

Task<Next> Paystack::list_transactions(Op& op) const {
    const Json input = op.input();
    const Place at = place_of(input["cursor"].text());
    Form query;
    query.add("perPage", kRowsMax).add("page", at.page);
    query.add("from", turnpike::rfc3339(input.need_integer("/from_unix_ms")));
    query.add("to", turnpike::rfc3339(input.need_integer("/to_unix_ms") + 999));
    const Json list = co_await fetch(op, page_request(private_key_, at, query));
    if (!list.is_array()) {
        throw turnpike::Error(turnpike::ErrorKind::provider, "Paystack's list cannot be read.");
    }
    const std::vector<Json> rows = list.items();
    Observations out;
    for (const Json& row : rows) {
        if (!at.refunds) {
            out.add(observe_transaction(row, mode_, op.now_unix_ms()));
        } else if (const auto refund = observe_listed_refund(row, mode_, op.now_unix_ms())) {
            out.add(*refund);
        }
    }
    co_return done(out.next(place_after(at, rows.size())));
}

}  // namespace paystack
