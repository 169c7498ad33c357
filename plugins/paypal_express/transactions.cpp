#include "../paypal_common/ipn.hpp"
#include "details.hpp"
#include "paypal_express.hpp"
#include "turnpike/time.hpp"

namespace paypal_express {
namespace {

using turnpike::Answer;
using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Observations;
using turnpike::Retry;
using turnpike::Status;

/// A search shows a hundred rows; the refunds among them are asked about one by one, because a row
/// does not say what it gives back.
constexpr int kRowsMax = 100;
constexpr int kRefundsMax = 20;

Nvp search_fields(const Account& account, const Json& input) {
    Nvp out("TransactionSearch", account);
    out.add("STARTDATE", turnpike::rfc3339(input.need_integer("/from_unix_ms")));
    const std::string_view cursor = input["cursor"].text();
    out.add("ENDDATE", cursor.empty()
                           ? turnpike::rfc3339(input.need_integer("/to_unix_ms") + 999)
                           : std::string(cursor));
    return out;
}

struct Row {
    const Json& rows;
    std::string number;
    std::string_view operator[](const char* name) const {
        return rows[std::string(name) + number].text();
    }
};

void add_payment_row(Observations& out, const Row& row, turnpike::Mode mode, int64_t now) {
    const auto amount = Money::from_decimal(row["L_AMT"], row["L_CURRENCYCODE"]);
    if (!amount || amount->negative() || !has_arrived(paypal::plain(row["L_STATUS"]))) return;
    Observation seen(mode, now);
    seen.provider_reference(row["L_TRANSACTIONID"]).status(Status::succeeded);
    seen.effect(EffectKind::capture, row["L_TRANSACTIONID"], *amount);
    const auto fee = fee_of(row["L_FEEAMT"], row["L_CURRENCYCODE"]);
    if (fee) seen.fee(fee->absolute());
    out.add(seen);
}

}  // namespace

Task<Next> PayPalExpress::list_transactions(Op& op) const {
    const Json input = op.input();
    const Answer answer = co_await op.http(
        call(account(), "transactions.search", search_fields(account(), input), Retry::idempotent));
    const Json rows = fields_of(op, answer);
    if (!succeeded(rows)) throw error_of(op, answer);
    Observations out;
    int refunds = 0;
    std::string oldest;
    for (int i = 0; i < kRowsMax && refunds < kRefundsMax; ++i) {
        const Row row{rows, std::to_string(i)};
        const std::string_view id = row["L_TRANSACTIONID"];
        if (id.empty()) break;
        oldest = row["L_TIMESTAMP"];
        if (row["L_TYPE"] == "Payment") add_payment_row(out, row, mode_, op.now_unix_ms());
        if (row["L_TYPE"] != "Refund") continue;
        ++refunds;
        const auto amount = Money::from_decimal(row["L_AMT"], row["L_CURRENCYCODE"]);
        Nvp question("GetTransactionDetails", account());
        question.add("TRANSACTIONID", id);
        const Json details = co_await fetch(
            op, call(account(), "refund.details", question, Retry::idempotent));
        const std::string_view parent = details["PARENTTRANSACTIONID"].text();
        if (parent.empty() || !amount) continue;
        Observation seen(mode_, op.now_unix_ms());
        seen.parent(parent).status(Status::succeeded);
        seen.effect(EffectKind::refund, id, amount->absolute());
        out.add(seen);
    }
    // 11002: there was more than a search shows.  The next one ends where this began.
    const bool more = has_code(rows, "11002") || refunds == kRefundsMax;
    if (more && oldest != input["cursor"].text()) out.next(oldest);
    co_return done(out);
}

}  // namespace paypal_express
