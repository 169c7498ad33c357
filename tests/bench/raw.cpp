// bench_raw STORE FIRST COUNT BATCH: what SQLite alone gives.  Runs the statements of one credited webhook (the host's, on
// the host's schema and settings) for COUNT payments from FIRST on, BATCH a commit, each commit synced, with every value
// ready beforehand; nothing is parsed, verified or answered.  Prints {"per_s"}.
#include <openssl/evp.h>
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace {

using Parameter = std::variant<std::monostate, int64_t, std::string>;

sqlite3* opened(const std::string& path, const char* pragmas) {
    sqlite3* db = nullptr;
    if (sqlite3_open(path.c_str(), &db) != SQLITE_OK || sqlite3_exec(db, pragmas, nullptr, nullptr, nullptr) != SQLITE_OK) {
        std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        std::exit(1);
    }
    return db;
}

class Statement {
  public:
    Statement(sqlite3* db, const char* sql) : db_(db) {
        if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &raw_, nullptr) != SQLITE_OK) fail();
    }
    ~Statement() { sqlite3_finalize(raw_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// The first column of the first row, or 0.
    int64_t run(std::initializer_list<Parameter> values = {}) {
        int place = 0;
        for (const Parameter& v : values) {
            ++place;
            if (const auto* n = std::get_if<int64_t>(&v)) sqlite3_bind_int64(raw_, place, *n);
            else if (const auto* s = std::get_if<std::string>(&v)) sqlite3_bind_text(raw_, place, s->data(), static_cast<int>(s->size()), SQLITE_STATIC);
            else sqlite3_bind_null(raw_, place);
        }
        int code = sqlite3_step(raw_);
        const int64_t first = code == SQLITE_ROW ? sqlite3_column_int64(raw_, 0) : 0;
        while (code == SQLITE_ROW) code = sqlite3_step(raw_);
        if (code != SQLITE_DONE) fail();
        sqlite3_reset(raw_);
        return first;
    }

  private:
    [[noreturn]] void fail() {
        std::fprintf(stderr, "%s\n", sqlite3_errmsg(db_));
        std::exit(1);
    }
    sqlite3* db_;
    sqlite3_stmt* raw_ = nullptr;
};

std::string number(const char* prefix, int64_t n, int digits) {
    std::string text = std::to_string(n);
    return prefix + std::string(static_cast<size_t>(digits) - text.size(), '0') + text;
}

/// As bench.py makes it.
std::string reference(int64_t n) {
    const std::string text = "ref" + std::to_string(n);
    unsigned char hash[32];
    EVP_Digest(text.data(), text.size(), hash, nullptr, EVP_sha256(), nullptr);
    std::string out;
    for (int i = 0; i < 8; ++i) {
        char hex[3];
        std::snprintf(hex, sizeof hex, "%02x", hash[i]);
        out += hex;
    }
    return out;
}

struct Webhook {
    std::string reference, payment, customer, intent, charge, hash = std::string(32, 'h');
};

class Replay {
  public:
    explicit Replay(sqlite3* db) : db_(db) {}

    void commit(const std::vector<Webhook>& all, size_t from, size_t to) {
        begin_.run();
        for (size_t i = from; i < to; ++i) settle(all[i]);
        commit_.run();
    }

  private:
    void settle(const Webhook& w) {
        const int64_t at = 1'796'074'627'316;
        const int64_t inbox = next_inbox_.run();
        const int64_t seq = by_reference_.run({w.reference});
        effect_.run({w.intent, seq, at});
        name_.run({w.charge, seq});
        const int64_t after = before_.run({w.customer}) + 1000;
        balance_.run({w.customer});
        entries(w, {{2, -1, 1059}, {3, -1, -59}, {1, after, -1000}}, "payment", at);
        event_.run({number("evt_", inbox, 26), std::string("customer.credited"), at, credited_});
        entries(w, {{2, -1, -61}, {4, -1, 61}}, "fee", at);
        update_.run({seq, state_, w.intent, answer_, at});
        timeline_.run({seq, at, timeline_text_});
        event_.run({number("evt_", inbox, 26), std::string("payment.succeeded"), at, succeeded_});
        inbox_.run({at, head_, body_, static_cast<int64_t>(body_.size()), w.payment, seq});
    }

    struct Entry {
        int64_t role, after, amount;
    };
    void entries(const Webhook& w, std::initializer_list<Entry> list, const char* type, int64_t at) {
        const int64_t n = next_journal_.run();
        int64_t place = n * 16;
        for (const Entry& e : list) {
            const bool customer = e.role == 1;
            entry_.run({place++, e.role, customer ? w.customer : bench_, customer ? Parameter(w.customer) : Parameter(), e.amount, customer ? Parameter(e.after) : Parameter()});
        }
        journal_.run({n, at, std::string(type), w.payment, w.hash});
    }

    // As long as the host's own.
    const std::string bench_ = "bench", head_ = std::string(256, 'h'), body_ = std::string(1234, 'b'), credited_ = std::string(161, 'c');
    const std::string succeeded_ = std::string(690, 's'), state_ = std::string(175, 's'), answer_ = std::string(94, 'a'), timeline_text_ = std::string(82, 't');
    sqlite3* db_;
    Statement begin_{db_, "BEGIN IMMEDIATE"}, commit_{db_, "COMMIT"};
    Statement next_inbox_{db_, "SELECT coalesce(max(n), 0) + 1 FROM inbox"}, next_journal_{db_, "SELECT coalesce(max(n), 0) + 1 FROM journal"};
    Statement by_reference_{db_, "SELECT * FROM payments WHERE reference = ?"};
    Statement effect_{db_, "INSERT INTO effects VALUES ('stripe', 'test', 'bench', 'capture', ?, ?, 1059, 'USD', ?) ON CONFLICT DO NOTHING"};
    Statement name_{db_, "INSERT INTO provider_ids VALUES ('stripe', 'test', 'bench', ?, ?) ON CONFLICT DO NOTHING"};
    Statement before_{db_, "SELECT balance FROM balances WHERE customer = ? AND currency = 'USD' AND mode = 'test'"};
    Statement balance_{db_, "INSERT INTO balances VALUES (?, 'USD', 'test', 1000) ON CONFLICT DO UPDATE SET balance = balance + excluded.balance"};
    Statement entry_{db_, "INSERT INTO entries (n, role, owner, customer, amount, balance_after) VALUES (?, ?, ?, ?, ?, ?)"};
    Statement journal_{db_, "INSERT INTO journal (n, at, type, payment, cause, currency, mode, hash) VALUES (?, ?, ?, ?, 'webhook', 'USD', 'test', ?)"};
    Statement event_{db_, "INSERT INTO events (id, type, at, mode, object) VALUES (?, ?, ?, 'test', ?)"};
    Statement update_{db_, "UPDATE payments SET status = 'succeeded', state = ?2, provider_reference = ?3, answer = ?4, updated_at = ?5, next_check_at = NULL WHERE seq = ?1"};
    Statement timeline_{db_, "INSERT INTO timeline (payment, at, kind, data) VALUES (?, ?, 'payment', ?)"};
    Statement inbox_{db_, "INSERT INTO inbox (at, integration, mode, remote_ip, head, body, body_bytes, verdict, event_id, event_type, payment)"
                          " VALUES (?, 'bench', 'test', '127.0.0.1', ?, ?, ?, 'accepted', ?, 'payment_intent.succeeded', ?)"};
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    const int64_t first = std::atoll(argv[2]), count = std::atoll(argv[3]);
    const size_t batch = std::stoul(argv[4]);
    std::vector<Webhook> all;
    for (int64_t n = first; n < first + count; ++n)
        all.push_back({reference(n), number("pay_", n, 26), "cus_" + std::to_string(n % 10000), number("pi_", n, 24), number("ch_", n, 24)});
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3* db = opened(argv[1], "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=0");
    std::atomic<bool> over = false;
    std::thread checkpoints([&] {
        sqlite3* other = opened(argv[1], "PRAGMA busy_timeout=5000");
        while (!over) {
            sqlite3_wal_checkpoint_v2(other, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
        }
        sqlite3_close(other);
    });
    double seconds = 0;
    {
        Replay replay(db);
        const auto began = std::chrono::steady_clock::now();
        for (size_t at = 0; at < all.size(); at += batch) replay.commit(all, at, std::min(all.size(), at + batch));
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    }
    over = true;
    checkpoints.join();
    sqlite3_close(db);
    std::printf("{\"per_s\": %.0f}\n", static_cast<double>(count) / seconds);
}
