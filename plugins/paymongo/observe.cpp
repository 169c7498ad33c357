#include "observe.hpp"

#include "api.hpp"

namespace paymongo {
namespace {

using turnpike::DisputeStatus;
using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Mode;
using turnpike::Money;
using turnpike::Observation;
using turnpike::RefundStatus;
using turnpike::Status;

Observation begin(const Json& attributes, const Seen& seen) {
    const Json live = attributes["livemode"];
    const Mode mode = live.is_true() ? Mode::live : live.is_false() ? Mode::test : seen.mode;
    Observation out(mode, seen.at_unix_ms);
    const std::string_view ours = attributes["metadata"]["reference"].text();
    const std::string_view number = attributes["reference_number"].text();
    const std::string_view external = attributes["external_reference_number"].text();
    out.reference(!ours.empty() ? ours : !number.empty() ? number : external);
    return out;
}

/// What reaches the merchant is net of everything PayMongo keeps: fee, foreign fee, taxes.
int64_t fee_of(const Json& attributes) {
    const int64_t amount = attributes.need_integer("/amount");
    if (const auto net = attributes["net_amount"].integer()) return amount - *net;
    return attributes["fee"].integer().value_or(0);
}

bool knows_fee(const Json& attributes) {
    return attributes["net_amount"].integer() || attributes["fee"].integer();
}

RefundStatus refund_state(std::string_view status) {
    if (status == "succeeded") return RefundStatus::succeeded;
    return status == "failed" ? RefundStatus::failed : RefundStatus::pending;
}

Observation observe_payment(const Json& payment, const Seen& seen) {
    Observation out = begin(payment["attributes"], seen);
    out.provider_id("intent", payment["attributes"]["payment_intent_id"].text());
    add_payment(out, payment);
    return out;
}

Observation observe_refund(const Json& refund, const Seen& seen) {
    const std::string_view payment = refund["attributes"].need_text("/payment_id");
    Observation out = begin(refund["attributes"], seen);
    out.parent(payment).provider_id("payment", payment).status(Status::succeeded);
    add_refund(out, refund);
    return out;
}

Observation observe_intent(const Json& intent, const Seen& seen) {
    const Json attributes = intent["attributes"];
    Observation out = begin(attributes, seen);
    out.provider_id("intent", intent.need_text("/id"));
    const std::string_view status = attributes["status"].text();
    out.provider_status(status).status(Status::requires_action);
    if (status == "processing") out.status(Status::pending);
    if (status == "cancelled") out.status(Status::cancelled);
    for (const Json& payment : attributes["payments"].items()) add_payment(out, payment);
    return out;
}

/// A paid session stays "active": its payments tell, not its status.
Observation observe_session(const Json& session, const Seen& seen) {
    const Json attributes = session["attributes"];
    Observation out = begin(attributes, seen);
    const std::string_view status = attributes["status"].text();
    out.provider_reference(session.need_text("/id")).provider_id("session", session.need_text("/id"));
    out.provider_id("intent", attributes["payment_intent"]["id"].text());
    out.provider_status(status);
    out.status(status == "expired" ? Status::expired : Status::requires_action);
    if (attributes["payment_intent"]["attributes"]["status"].text() == "processing")
        out.status(Status::pending);
    for (const Json& payment : attributes["payments"].items()) add_payment(out, payment);
    return out;
}

Observation observe_link(const Json& link, const Seen& seen) {
    const Json attributes = link["attributes"];
    Observation out = begin(attributes, seen);
    // A link's reference number is PayMongo's own; ours stands in the remarks.
    out.reference(attributes["remarks"].text());
    out.provider_reference(link.need_text("/id")).provider_id("link", link.need_text("/id"));
    out.provider_status(attributes["status"].text());
    const bool archived = attributes["archived"].is_true();
    out.status(archived ? Status::cancelled : Status::requires_action);
    for (const Json& entry : attributes["payments"].items()) {
        add_payment(out, entry["data"].is_object() ? entry["data"] : entry);
    }
    return out;
}

}  // namespace

void add_payment(Observation& out, const Json& payment) {
    const Json attributes = payment["attributes"];
    const std::string_view id = payment.need_text("/id");
    const std::string_view status = attributes.need_text("/status");
    if (status == "failed") {
        // The page may be tried again until its session is over.
        out.reason(attributes["failed_code"].text());
        if (payment["type"].text() == "payment") out.status(Status::requires_action);
        return;
    }
    if (status != "paid" && status.find("refunded") == std::string_view::npos) {
        out.status(Status::pending);
        return;
    }
    out.status(Status::succeeded).provider_id("payment", id);
    out.effect(EffectKind::capture, id, pesos(attributes.need_integer("/amount")));
    out.payer(attributes["billing"]["email"].text(), attributes["billing"]["name"].text());
    if (knows_fee(attributes)) {
        out.fee(pesos(fee_of(attributes)));
    } else {
        out.fee_pending();
    }
    for (const Json& entry : attributes["refunds"].items()) {
        const Json refund = entry["data"].is_object() ? entry["data"] : entry;
        if (!refund["id"].text().empty()) add_refund(out, refund);
    }
    if (attributes["disputed"].is_true()) out.dispute(id, DisputeStatus::open);
}

void add_refund(Observation& out, const Json& refund) {
    const Json attributes = refund["attributes"];
    const std::string_view id = refund.need_text("/id");
    const Money amount = pesos(attributes.need_integer("/amount"));
    const RefundStatus status = refund_state(attributes["status"].text());
    const std::string_view ours = attributes["metadata"]["refund"].text();
    out.effect(EffectKind::refund, id, amount, ours);
    if (status == RefundStatus::failed) out.effect(EffectKind::refund_failed, id, amount, ours);
    out.refund(id, status, amount, ours);
}

bool tells_of_payments(const Json& resource) {
    for (const std::string_view type :
         {"payment", "checkout_session", "link", "refund", "payment_intent"}) {
        if (resource["type"].text() == type) return true;
    }
    return false;
}

Observation observe(const Json& resource, const Seen& seen) {
    const std::string_view type = resource["type"].text();
    if (type == "payment") return observe_payment(resource, seen);
    if (type == "refund") return observe_refund(resource, seen);
    if (type == "link") return observe_link(resource, seen);
    if (type == "payment_intent") return observe_intent(resource, seen);
    if (type == "checkout_session") return observe_session(resource, seen);
    throw turnpike::Error(turnpike::ErrorKind::provider,
                          "PayMongo answered with something that is no payment.");
}

}  // namespace paymongo
