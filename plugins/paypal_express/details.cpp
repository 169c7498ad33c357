#include "details.hpp"

#include "../paypal_common/ipn.hpp"
#include "turnpike/time.hpp"

namespace paypal_express {
namespace {

using turnpike::DisputeStatus;
using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Money;
using turnpike::Observation;
using turnpike::Op;
using turnpike::Retry;
using turnpike::Status;

constexpr int64_t kLookBackMs = 400LL * 86400 * 1000;

void add_unpaid(Observation& out, const std::string& status, std::string_view waits_for,
                const Money& amount) {
    if (waits_for == "authorization" || waits_for == "order") {
        out.status(Status::authorized).authorized(amount);
    } else if (status == "denied" || status == "failed") {
        out.status(Status::failed);
    } else if (status == "voided") {
        out.status(Status::cancelled);
    } else if (status == "expired") {
        out.status(Status::expired);
    } else {
        out.status(Status::pending);
    }
}

/// Rows of a search are numbered fields; amounts of what went back are negative.
void add_returned(Observation& out, const Json& rows) {
    for (int i = 0;; ++i) {
        const std::string n = std::to_string(i);
        const std::string_view id = rows["L_TRANSACTIONID" + n].text();
        if (id.empty()) return;
        if (rows["L_TYPE" + n].text() != "Refund") continue;
        const Money amount = money_of(rows, "L_AMT" + n, rows["L_CURRENCYCODE" + n].text());
        if (amount.negative()) out.effect(EffectKind::refund, id, amount.absolute());
    }
}

}  // namespace

bool has_arrived(std::string_view status) {
    for (const std::string_view one : {"completed", "processed", "completedfundsheld", "refunded",
                                       "partiallyrefunded", "reversed", "canceledreversal"}) {
        if (status == one) return true;
    }
    return false;
}

Observation observe_transaction(const Json& fields, const std::string& prefix, turnpike::Mode mode,
                                int64_t at_unix_ms) {
    const std::string_view id = fields[prefix + "TRANSACTIONID"].text();
    const std::string_view currency = fields[prefix + "CURRENCYCODE"].text();
    const std::string_view wire = fields[prefix + "PAYMENTSTATUS"].text();
    if (id.empty() || currency.empty()) {
        throw turnpike::Error(turnpike::ErrorKind::provider, "PayPal names no transaction.");
    }
    const std::string status = paypal::plain(wire);
    const std::string waits_for = turnpike::lower(fields[prefix + "PENDINGREASON"].text());
    const Money amount = money_of(fields, prefix + "AMT", currency);
    Observation out(mode, at_unix_ms);
    out.reference(fields["INVNUM"].text()).provider_reference(id).provider_status(wire);
    const bool authorized = waits_for == "authorization" || waits_for == "order";
    out.provider_id(authorized ? "authorization" : "transaction", id);
    out.payer(fields["EMAIL"].text());
    if (waits_for != "none") out.reason(waits_for);
    if (!has_arrived(status)) {
        add_unpaid(out, status, waits_for, amount);
        return out;
    }
    out.status(Status::succeeded).effect(EffectKind::capture, id, amount);
    const auto fee = fee_of(fields[prefix + "FEEAMT"].text(), currency);
    if (fee) {
        out.fee(*fee);
    } else {
        out.fee_pending();
    }
    if (status == "refunded") out.total_refunded(amount);
    if (status == "reversed") out.total_disputed(amount).dispute(id, DisputeStatus::open);
    if (status == "canceledreversal") out.dispute(id, DisputeStatus::won);
    return out;
}

turnpike::Task<Observation> transaction_state(Op& op, Account account, std::string id) {
    Nvp question("GetTransactionDetails", account);
    question.add("TRANSACTIONID", id);
    const Json fields = co_await fetch(
        op, call(account, "transaction.details", question, Retry::idempotent));
    Observation out = observe_transaction(fields, "", account.mode, op.now_unix_ms());
    const std::string status = paypal::plain(fields["PAYMENTSTATUS"].text());
    const bool returned = status == "partiallyrefunded" || status == "refunded";
    const std::string_view reference = fields["INVNUM"].text();
    if (returned && !reference.empty()) {
        Nvp search("TransactionSearch", account);
        search.add("STARTDATE", turnpike::rfc3339(op.now_unix_ms() - kLookBackMs));
        search.add("INVNUM", reference);
        const Json rows =
            co_await fetch(op, call(account, "refunds.search", search, Retry::idempotent));
        add_returned(out, rows);
    }
    co_return out;
}

}  // namespace paypal_express
