#include "host/payments/posting.hpp"

#include "host/events/outbox.hpp"

namespace turnpike::payments {
namespace {

using json::Value;
using ledger::Role;

ledger::Posting posting_of(const Payment& p, const Facts& f, const Books& diff, std::string type, std::string cause) {
    ledger::Posting out;
    out.type = std::move(type);
    out.payment = p.id;
    out.cause = std::move(cause);
    out.currency = f.currency;
    out.mode = f.mode;
    out.entries = {{{Role::provider, p.integration}, diff.provider}, {{Role::surcharge, p.integration}, diff.surcharge},
                   {{Role::fees, p.integration}, diff.fees}, {{Role::suspense, p.integration}, diff.suspense}};
    if (diff.customer != 0) out.entries.push_back({{Role::customer, p.customer.value()}, diff.customer});
    return out;
}

/// One group of the input that moves together, under one type in the journal.
struct Group {
    const char* type;
    void (*copy)(const BooksInput& from, BooksInput& to);
};
constexpr Group kGroups[] = {
    {"hold", [](const BooksInput& from, BooksInput& to) { to.hold = from.hold; }},
    {"payment",
     [](const BooksInput& from, BooksInput& to) {
         to.captured = from.captured;
         to.total = from.total;
         to.surcharge = from.surcharge;
     }},
    {"fee",
     [](const BooksInput& from, BooksInput& to) {
         to.fee = from.fee;
         to.deduct = from.deduct;
     }},
    {"refund", [](const BooksInput& from, BooksInput& to) { to.reversed_refunds = from.reversed_refunds; }},
    {"dispute", [](const BooksInput& from, BooksInput& to) { to.reversed_disputes = from.reversed_disputes; }},
};

BooksInput input_before(const Payment& before, const Facts& f) {
    for (const Facts& old : before.state.facts)
        if (old.currency == f.currency && old.mode == f.mode) return books_input(before, old);
    BooksInput none;
    none.deduct = before.terms.deduct;
    return none;
}

std::string type_of(const Group& group, const BooksInput& now, const std::string& cause) {
    if (group.copy != kGroups[0].copy) return group.type;
    return now.hold == Hold::yes ? "hold" : cause == "assign" ? "assign" : "release";
}

}  // namespace

std::vector<int64_t> post_difference(store::Tx& tx, const Ids& ids, const Payment& before, Payment& after,
                                     const std::string& cause) {
    std::vector<int64_t> rows;
    for (Facts& f : after.state.facts) {
        const BooksInput now = books_input(after, f);
        BooksInput step = input_before(before, f);
        for (const Group& group : kGroups) {
            group.copy(now, step);
            const Books due = books(step);
            if (due == f.posted) continue;
            rows.push_back(post_and_tell(tx, ids, posting_of(after, f, due - f.posted, type_of(group, now, cause), cause)));
            f.posted = due;
        }
    }
    return rows;
}

int64_t post_and_tell(store::Tx& tx, const Ids& ids, const ledger::Posting& posting) {
    const ledger::Posted posted = ledger::post(tx, posting);
    const auto currency = money::Currency::of(posting.currency).value();
    for (const ledger::CustomerMove& move : posted.customers) {
        Value object = Value::object({{"customer", move.customer}, {"type", posting.type}, {"payment", posting.payment},
                                      {"journal", posted.n}, {"amount", money::format(move.amount, currency)},
                                      {"currency", posting.currency}, {"mode", posting.mode},
                                      {"balance_after", money::format(move.balance_after, currency)}});
        events::emit(tx, ids, move.amount > 0 ? "customer.credited" : "customer.debited", posting.mode, object);
        if (move.balance_after < 0 && move.balance_after - move.amount >= 0) events::emit(tx, ids, "balance.negative", posting.mode, object);
    }
    return posted.n;
}

}  // namespace turnpike::payments
