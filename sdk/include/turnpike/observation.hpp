#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "turnpike/config.hpp"
#include "turnpike/json_writer.hpp"
#include "turnpike/money.hpp"
#include "turnpike/next.hpp"

namespace turnpike {

enum class Status { pending, requires_action, authorized, succeeded, failed, cancelled, expired };

/// One movement of money.  It has one id for ever, whichever source reports it.
enum class EffectKind {
    capture,
    refund,
    refund_failed,
    dispute_debit,
    dispute_credit,
    fee,
    fee_refund
};

enum class DisputeStatus { open, won, lost };
enum class RefundStatus { pending, succeeded, failed };

constexpr std::string_view to_text(Status status) {
    constexpr std::string_view kNames[] = {"pending", "requires_action", "authorized", "succeeded",
                                           "failed",  "cancelled",       "expired"};
    return kNames[static_cast<int>(status)];
}
constexpr std::string_view to_text(EffectKind kind) {
    constexpr std::string_view kNames[] = {"capture",       "refund",         "refund_failed",
                                           "dispute_debit", "dispute_credit", "fee",
                                           "fee_refund"};
    return kNames[static_cast<int>(kind)];
}
constexpr std::string_view to_text(DisputeStatus status) {
    constexpr std::string_view kNames[] = {"open", "won", "lost"};
    return kNames[static_cast<int>(status)];
}
constexpr std::string_view to_text(RefundStatus status) {
    constexpr std::string_view kNames[] = {"pending", "succeeded", "failed"};
    return kNames[static_cast<int>(status)];
}

/// What is known about one payment at one moment: sdk/schemas/observation.json.  It reports
/// movements and totals; the host decides what they mean.  Setters given an empty text do nothing.
class Observation {
  public:
    Observation(Mode mode, int64_t as_of_unix_ms) {
        members_.set("mode", to_text(mode)).set("status", to_text(Status::pending));
        members_.set("as_of_unix_ms", as_of_unix_ms);
    }

    /// Ours, as the provider echoes it.
    Observation& reference(std::string_view text) { return set("reference", text); }
    /// The provider's name for the payment: the one later operations need.
    Observation& provider_reference(std::string_view text) {
        return set("provider_reference", text);
    }
    Observation& parent(std::string_view provider_reference) {
        return set("parent", provider_reference);
    }
    Observation& account(std::string_view text) { return set("account", text); }
    Observation& receiver(std::string_view text) { return set("receiver", text); }
    Observation& provider_id(std::string_view name, std::string_view id) {
        ids_.set_if(name, id);
        return *this;
    }
    Observation& payer(std::string_view email, std::string_view name = {}) {
        payer_.set_if("email", email).set_if("name", name);
        return *this;
    }
    Observation& status(Status status) { return set("status", to_text(status)); }
    /// Verbatim.
    Observation& provider_status(std::string_view text) { return set("provider_status", text); }
    Observation& reason(std::string_view text) { return set("reason", text); }

    /// What the provider says was asked or paid in all.
    Observation& amount(const Money& money) {
        members_.set("amount", money.json()).set("currency", money.currency());
        return *this;
    }
    Observation& authorized(const Money& money) { return put("authorized", money.json()); }
    /// Billed to the payer on top; not part of the amount.
    Observation& payer_fee(const Money& money) { return put("payer_fee", money.json()); }

    /// `refund`: our ref_ id when the provider echoes it.
    Observation& effect(EffectKind kind, std::string_view id, const Money& money,
                        std::string_view refund = {}) {
        JsonObject effect;
        effect.set("kind", to_text(kind)).set("id", id).set("amount", money.json());
        effects_.add(effect.set_if("refund", refund));
        return *this;
    }
    /// A reversal whose message does not say whether the fee that came back is part of the amount: the
    /// host takes both together when they are exactly what was captured.
    Observation& reversal(EffectKind kind, std::string_view id, const Money& money,
                          const Money& fee) {
        JsonObject effect;
        effect.set("kind", to_text(kind)).set("id", id).set("amount", money.json());
        effects_.add(effect.set("fee_part", fee.json()));
        return *this;
    }
    Observation& total_captured(const Money& money) { return total("captured", money.json()); }
    Observation& total_refunded(const Money& money) { return total("refunded", money.json()); }
    Observation& total_disputed(const Money& money) { return total("disputed", money.json()); }
    /// `exchange_rate`: fee-currency units per payment-currency unit, decimal text as the provider
    /// wrote it.
    Observation& fee(const Money& money, std::string_view exchange_rate = {}) {
        JsonObject fee = money.json();
        return total("fee", fee.set_if("exchange_rate", exchange_rate).set("source", "provider"));
    }
    /// The fee will be known later: the host asks again.
    Observation& fee_pending() { return put("fee_pending", true); }

    /// Nobody will ever tell it.
    Observation& fee_unavailable() { return put("fee_unavailable", true); }

    Observation& dispute(std::string_view id, DisputeStatus status) {
        disputes_.add(JsonObject().set("id", id).set("status", to_text(status)));
        return *this;
    }
    Observation& refund(std::string_view provider_reference, RefundStatus status,
                        const Money& money, std::string_view refund = {}) {
        JsonObject one;
        one.set_if("refund", refund).set("provider_reference", provider_reference);
        refunds_.add(one.set("status", to_text(status)).set("amount", money.json()));
        return *this;
    }
    /// Asks the host to run payment.query soon.
    Observation& query() { return put("query", true); }

    /// payment.create and payment.complete only.
    Observation& next_action(const JsonObject& action) { return put("next_action", action); }
    Observation& redirect(std::string_view url) {
        return next_action(JsonObject().set("type", "redirect").set("url", url));
    }
    /// At most 8 KiB of the plugin's own, given to every later operation on this payment.
    Observation& provider_data(const JsonObject& data) { return put("provider_data", data); }
    Observation& expires_at_unix_ms(int64_t at) { return put("expires_at_unix_ms", at); }

    JsonObject json() const {
        JsonObject out = members_;
        if (!ids_.empty()) out.set("provider_ids", ids_);
        if (!payer_.empty()) out.set("payer", payer_);
        out.set("effects", effects_);
        if (!totals_.empty()) out.set("totals", totals_);
        if (!disputes_.empty()) out.set("disputes", disputes_);
        if (!refunds_.empty()) out.set("refunds", refunds_);
        return out;
    }

  private:
    Observation& set(std::string_view name, std::string_view text) {
        members_.set_if(name, text);
        return *this;
    }
    Observation& put(std::string_view name, const JsonValue& value) {
        members_.set(name, value);
        return *this;
    }
    Observation& total(std::string_view name, const JsonObject& money) {
        totals_.set(name, money);
        return *this;
    }

    JsonObject members_;
    JsonObject ids_;
    JsonObject payer_;
    JsonObject totals_;
    JsonArray effects_;
    JsonArray disputes_;
    JsonArray refunds_;
};

inline Next done(const Observation& observation) { return done(observation.json()); }

/// The result of webhook.handle and transactions.list: any number of observations.
class Observations {
  public:
    Observations& add(const Observation& observation) {
        items_.add(observation.json());
        return *this;
    }
    /// webhook.handle: the provider's name and kind of this message.
    Observations& event(std::string_view id, std::string_view type) {
        members_.set_if("event_id", id).set_if("event_type", type);
        return *this;
    }
    /// webhook.handle: proven, understood, and nothing of ours; the text says why.
    Observations& ignore(std::string_view reason) {
        members_.set("ignore", reason);
        return *this;
    }
    /// transactions.list: where the next page begins.
    Observations& next(std::string_view cursor) {
        members_.set_if("next", cursor);
        return *this;
    }
    JsonObject json() const { return JsonObject(members_).set("observations", items_); }

  private:
    JsonObject members_;
    JsonArray items_;
};

inline Next done(const Observations& observations) { return done(observations.json()); }

}  // namespace turnpike
