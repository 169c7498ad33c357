#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/ids.hpp"
#include "host/ledger/journal.hpp"
#include "host/ledger/seal.hpp"
#include "host/ledger/verify.hpp"
#include "host/payments/payment_rows.hpp"
#include "host/payments/refund_rows.hpp"
#include "host/payments/settle.hpp"
#include "host/store/store.hpp"
#include "tests/unit/store/scratch_store.hpp"

namespace turnpike::payments {

/// A store of its own, a clock that is moved by hand, and one integration to settle through.
class World {
  public:
    explicit World(uint64_t seed = 1) : clock_(1'760'000'000'000), random_(seed), ids_(clock_, random_), settler_(ids_) {
        auto opened = store::Store::open(scratch_.url(), clock_);
        if (!opened) throw std::runtime_error(opened.error().detail);
        store_ = std::move(*opened);
        auto manifest = std::make_shared<config::Manifest>();
        manifest->id = manifest->id_space = "stripe";
        manifest->fee_source = true;
        source_.manifest = manifest;
        source_.def.id = "stripe-main";
        source_.def.provider = "stripe";
        source_.key_hash = "key:1";
    }

    Source& source() { return source_; }
    config::Manifest& manifest() { return const_cast<config::Manifest&>(*source_.manifest); }
    store::Store& store() { return *store_; }
    Settler& settler() { return settler_; }
    const Ids& ids() const { return ids_; }
    ManualClock& clock() { return clock_; }

    /// A payment as the service inserts it, before any provider was asked.
    Payment make(int64_t amount, int64_t surcharge, std::string currency = "USD", Terms terms = {}) {
        Payment p;
        p.id = ids_.make("pay_");
        p.reference = ids_.reference();
        p.origin = "requested";
        p.integration = source_.def.id;
        p.provider = "stripe";
        p.mode = "test";
        p.scope = "key:1";
        p.customer = "cus_1";
        p.currency = *money::Currency::of(currency);
        p.amount = amount;
        p.surcharge = surcharge;
        p.total = amount + surcharge;
        terms.fee_source = true;
        p.terms = terms;
        p.request = json::Value::object();
        store_->committer().run([&](store::Tx& tx) { insert_payment(tx, p); });
        return p;
    }
    Settled settle(const Observation& o, const Source& source) {
        return store_->committer().ask<Settled>([&](store::Tx& tx) { return settler_.settle(tx, source, o, {"webhook", std::nullopt, false}); });
    }
    Settled settle(const Observation& o) { return settle(o, source_); }
    Payment load(const Payment& p) {
        return store_->read([&](store::Session& db) { return load_payment(db, p.seq).value(); });
    }
    int64_t balance(const std::string& customer = "cus_1", const std::string& currency = "USD", const std::string& mode = "test") {
        return store_->read([&](store::Session& db) { return ledger::balance(db, customer, currency, mode); });
    }
    int64_t house(ledger::Role role, const std::string& currency = "USD", const std::string& mode = "test") {
        return store_->read([&](store::Session& db) {
            return ledger::house_balance(db, static_cast<int>(role), source_.def.id, currency, mode);
        });
    }
    ledger::Report verify() {
        store_->committer().run([](store::Tx& tx) { ledger::seal(tx); });
        return store_->read([](store::Session& db) { return ledger::verify(db); });
    }
    int64_t count_events(const std::string& type) {
        return store_->read([&](store::Session& db) {
            auto rows = db.query("SELECT count(*) FROM events WHERE type = $1", type);
            rows.next();
            return rows.integer(0);
        });
    }

    Observation seen(const Payment& p, int64_t as_of_s = 1) {
        Observation o;
        o.reference = p.reference;
        o.mode = "test";
        o.as_of_ms = 1'760'000'000'000 + as_of_s * 1000;
        return o;
    }
    static money::Amount usd(int64_t minor) { return {minor, *money::Currency::of("USD")}; }
    static Effect effect(EffectKind kind, std::string id, int64_t minor) { return {kind, std::move(id), usd(minor), "", ""}; }
    Observation captured(const Payment& p, int64_t minor, const std::string& id = "pi_1") {
        Observation o = seen(p);
        o.status = ProviderStatus::succeeded;
        o.provider_reference = id;
        o.effects.push_back(effect(EffectKind::capture, id, minor));
        return o;
    }

  private:
    ManualClock clock_;
    SeededRandom random_;
    Ids ids_;
    Settler settler_;
    store::ScratchStore scratch_;
    std::unique_ptr<store::Store> store_;
    Source source_;
};

}  // namespace turnpike::payments
