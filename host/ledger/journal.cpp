#include "host/ledger/journal.hpp"

#include <stdexcept>

#include "host/ledger/row_hash.hpp"
#include "host/money/amount.hpp"

namespace turnpike::ledger {
namespace {

void check_zero_sum(const Posting& posting) {
    int64_t sum = 0;
    bool any = false;
    for (const Entry& e : posting.entries) {
        sum = money::add(sum, e.amount);
        any = any || e.amount != 0;
    }
    if (sum != 0) throw std::logic_error("a posting of type " + posting.type + " does not sum to zero");
    if (posting.entries.size() > static_cast<size_t>(kEntriesMax)) throw std::logic_error("a posting of type " + posting.type + " is too long");
    if (!any) throw std::logic_error("a posting of type " + posting.type + " moves nothing");
}

int64_t next_row(store::Session& db) {
    auto rows = db.query("SELECT coalesce(max(n), 0) + 1 FROM journal");
    rows.next();
    return rows.integer(0);
}

/// Read, then moved: RETURNING would have SQLite make a table for its one row, which takes four times as long.
int64_t move_balance(store::Tx& tx, const Posting& posting, const Entry& entry) {
    const int64_t before = balance(tx.db, entry.account.owner, posting.currency, posting.mode);
    tx.db.run("INSERT INTO balances (customer, currency, mode, balance) VALUES ($1, $2, $3, $4)"
              " ON CONFLICT (customer, currency, mode) DO UPDATE SET balance = balances.balance + excluded.balance",
              entry.account.owner, posting.currency, posting.mode, -entry.amount);
    return money::add(before, -entry.amount);
}

void insert_entry(store::Tx& tx, int64_t n, const Entry& e, std::optional<int64_t> after) {
    const bool customer = e.account.role == Role::customer;
    tx.db.run("INSERT INTO entries (n, role, owner, customer, amount, balance_after) VALUES ($1, $2, $3, $4, $5, $6)",
              n, static_cast<int>(e.account.role), e.account.owner,
              customer ? std::optional<std::string>(e.account.owner) : std::nullopt, e.amount, after);
}

}  // namespace

Posted post(store::Tx& tx, const Posting& posting) {
    check_zero_sum(posting);
    Posted out;
    int64_t place = 0;
    out.n = next_row(tx.db);
    RowHash hash(out.n, tx.now_ms, posting.type, posting.payment.value_or(""), posting.cause, posting.currency, posting.mode);
    for (const Entry& e : posting.entries) {
        if (e.amount == 0) continue;
        std::optional<int64_t> after;
        if (e.account.role == Role::customer) {
            after = move_balance(tx, posting, e);
            out.customers.push_back({e.account.owner, -e.amount, *after});
        }
        insert_entry(tx, out.n * kEntriesMax + place++, e, after);
        hash.entry(static_cast<int64_t>(e.account.role), e.account.owner, e.amount, after ? std::to_string(*after) : "");
    }
    tx.db.run("INSERT INTO journal (n, at, type, payment, cause, currency, mode, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
              out.n, tx.now_ms, posting.type, posting.payment, posting.cause, posting.currency, posting.mode,
              store::Blob{hash.digest()});
    return out;
}

int64_t balance(store::Session& db, const std::string& customer, const std::string& currency, const std::string& mode) {
    auto rows = db.query("SELECT balance FROM balances WHERE customer = $1 AND currency = $2 AND mode = $3", customer, currency, mode);
    return rows.next() ? rows.integer(0) : 0;
}

}  // namespace turnpike::ledger
