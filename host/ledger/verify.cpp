#include "host/ledger/verify.hpp"

#include <unordered_map>

#include "host/base/encoding.hpp"
#include "host/ledger/row_hash.hpp"
#include "host/ledger/seal.hpp"
#include "host/store/error.hpp"

namespace turnpike::ledger {
namespace {

struct JournalRow {
    int64_t n = 0;
    std::string hash, currency, mode;
};

/// One pass over journal and entries together.
class Pass {
  public:
    Pass(store::Session& db, Report& report) : db_(db), report_(report), entries_(db.query(
        "SELECT n / 16, role, owner, amount, balance_after FROM entries ORDER BY n")) {
        more_ = entries_.next();
    }

    /// Hash and zero sum of one row; its entries are the next ones of the second cursor.
    void row(const store::Rows& rows) {
        JournalRow row{rows.integer(0), rows.text(7), rows.text(5), rows.text(6)};
        RowHash hash(row.n, rows.integer(1), rows.view(2), rows.view(3), rows.view(4), row.currency, row.mode);
        skip_orphans(row.n);
        int64_t sum = 0;
        while (more_ && entries_.integer(0) == row.n) {
            sum += take_entry(row, hash);
            more_ = entries_.next();
        }
        ++report_.rows;
        if (sum != 0) add("sum", row.n, "entries sum to " + std::to_string(sum));
        if (hash.digest() != row.hash) add("row_changed", row.n, "the row or its entries differ from their hash");
    }
    void finish() {
        skip_orphans(INT64_MAX);
        compare_balances();
    }
    void add(std::string what, int64_t n, std::string detail) {
        report_.findings.push_back({std::move(what), n, std::move(detail)});
    }

  private:
    int64_t take_entry(const JournalRow& row, RowHash& hash) {
        const int64_t amount = entries_.integer(3);
        const auto after = entries_.maybe_integer(4);
        hash.entry(entries_.integer(1), entries_.view(2), amount, after ? std::to_string(*after) : "");
        ++report_.entries;
        if (entries_.integer(1) == static_cast<int64_t>(Role::customer)) {
            int64_t& balance = balances_[entries_.text(2) + '|' + row.currency + '|' + row.mode];
            balance -= amount;
            if (after != balance) add("balance", row.n, "the running balance should be " + std::to_string(balance));
        }
        return amount;
    }
    void skip_orphans(int64_t up_to) {
        while (more_ && entries_.integer(0) < up_to) {
            add("row_missing", entries_.integer(0), "an entry's journal row is gone");
            more_ = entries_.next();
        }
    }
    void compare_balances() {
        auto rows = db_.query("SELECT customer, currency, mode, balance FROM balances");
        size_t seen = 0;
        while (rows.next()) {
            const auto found = balances_.find(rows.text(0) + '|' + rows.text(1) + '|' + rows.text(2));
            const int64_t posted = found == balances_.end() ? 0 : found->second;
            seen += found != balances_.end();
            if (posted != rows.integer(3)) add("balance", 0, rows.text(0) + " shows another balance than its entries");
        }
        if (seen != balances_.size()) add("balance", 0, "a customer with entries has no balance");
    }

    store::Session& db_;
    Report& report_;
    store::Rows entries_;
    bool more_ = false;
    std::unordered_map<std::string, int64_t> balances_;
};

/// Follows the seals beside the journal's rows.
class Chain {
  public:
    Chain(store::Session& db, Report& report)
        : report_(report), seals_(db.query("SELECT n, journal_to, event_to, head FROM seals ORDER BY n")) {
        open();
    }
    void row(int64_t n, std::string_view hash) {
        while (link_ && n > seals_.integer(1)) close();
        if (link_) link_->row(hash);
        last_row_ = n;
    }
    void finish(const std::optional<std::string>& expected) {
        while (link_) close();
        report_.head = std::to_string(last_n_) + ":" + to_hex(previous_);
        if (expected && !seen_.count(*expected))
            report_.findings.push_back({"cut_off", last_n_, "the chain does not contain the head " + *expected});
    }

  private:
    void open() {
        link_.reset();
        if (!seals_.next()) return;
        link_.emplace(previous_, last_n_ + 1, seals_.integer(1), seals_.integer(2));
    }
    void close() {
        const int64_t n = seals_.integer(0);
        const std::string stored = seals_.text(3);
        if (link_->digest() != stored || n != last_n_ + 1)
            report_.findings.push_back({"chain", n, "the seal does not follow from the rows before it"});
        if (seals_.integer(1) > last_row_)
            report_.findings.push_back({"cut_off", n, "rows up to " + std::to_string(seals_.integer(1)) + " were sealed, the journal ends before"});
        previous_ = stored;
        last_n_ = n;
        ++report_.seals;
        seen_[std::to_string(n) + ":" + to_hex(stored)] = true;
        open();
    }

    Report& report_;
    store::Rows seals_;
    std::optional<ChainLink> link_;
    std::string previous_;
    int64_t last_n_ = 0;
    int64_t last_row_ = 0;
    std::unordered_map<std::string, bool> seen_{{"0:", true}};  ///< heads; of no seal too
};

/// What is read stands still; a session goes back without it, also when reading failed.
class Snapshot {
  public:
    explicit Snapshot(store::Session& db) : db_(db) { db_.snapshot(); }
    ~Snapshot() {
        try {
            db_.rollback();
        } catch (const store::StoreError&) {
            // The store has ended the transaction by itself.
        }
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

  private:
    store::Session& db_;
};

}  // namespace

Report verify(store::Session& db, const std::optional<std::string>& expected_head) {
    Report report;
    Snapshot snapshot(db);
    {
        Pass pass(db, report);
        Chain chain(db, report);
        auto rows = db.query("SELECT n, at, type, payment, cause, currency, mode, hash FROM journal ORDER BY n");
        int64_t expected_n = 1;
        while (rows.next()) {
            const int64_t n = rows.integer(0);
            if (n != expected_n) pass.add("row_missing", expected_n, "the journal jumps to row " + std::to_string(n));
            expected_n = n + 1;
            chain.row(n, rows.view(7));
            pass.row(rows);
        }
        pass.finish();
        chain.finish(expected_head);
    }
    return report;
}

}  // namespace turnpike::ledger
