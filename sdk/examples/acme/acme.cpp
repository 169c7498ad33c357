#include <string>

#include "turnpike/provider.hpp"
#include "turnpike_manifest.h"

// A whole provider: Acme makes an order, shows the payer a page, and tells us when it is paid.
namespace {

using turnpike::EffectKind;
using turnpike::Json;
using turnpike::Next;
using turnpike::Observation;
using turnpike::Op;
using turnpike::Status;
using turnpike::Task;

class Acme {
  public:
    explicit Acme(const turnpike::Config& config) : mode_(config.mode()), api_key_(config.setting("api_key")) {}

    Task<Next> create_payment(Op& op) const {
        const turnpike::Money total = turnpike::Money::read(op.input()["total"]);
        turnpike::JsonObject order;
        order.set("reference", op.input().need_text("/reference")).set("cents", total.minor());
        order.set("return_to", op.input().need_text("/return_url"));
        auto answer = co_await op.http(turnpike::Request("POST", "https://api.acme.example/orders")
                                           .label("order.create")
                                           .bearer(api_key_)
                                           .header("Idempotency-Key", op.idempotency_key())
                                           .json(order)
                                           .retry(turnpike::Retry::idempotent));
        Observation seen = observe(checked(answer), op.now_unix_ms());
        seen.redirect(answer.json().need_text("/page"));
        co_return turnpike::done(seen);
    }

    Task<Next> query_payment(Op& op) const {
        const std::string url = "https://api.acme.example/orders/" + turnpike::percent(op.input().need_text("/provider_reference"));
        auto answer = co_await op.http(
            turnpike::Request("GET", url).label("order.get").bearer(api_key_).retry(turnpike::Retry::idempotent));
        co_return turnpike::done(observe(checked(answer), op.now_unix_ms()));
    }

    Task<Next> handle_webhook(Op& op) const {
        turnpike::Proof proof("hmac-sha256", turnpike::Key::setting("webhook_key"));
        proof.part(op.inbound().body()).claimed(op.inbound().header("Acme-Signature"), TPK_HEX);
        if (!op.prove(proof)) co_return turnpike::fail(turnpike::Error(turnpike::ErrorKind::forged, "Acme-Signature does not fit."));
        turnpike::Observations out;
        co_return turnpike::done(out.add(observe(op.inbound().json(), op.now_unix_ms())));
    }

  private:
    static Json checked(const turnpike::Answer& answer) {
        if (!answer.ok()) throw turnpike::Error(turnpike::ErrorKind::provider, "Acme did not take the request.");
        return answer.json();
    }
    /// An order is the same object in every answer and message, so one function reads it.
    Observation observe(const Json& order, int64_t at_unix_ms) const {
        Observation out(mode_, at_unix_ms);
        out.reference(order.need_text("/reference")).provider_reference(order.need_text("/id"));
        const bool paid = order["state"].text() == "paid";
        out.status(paid ? Status::succeeded : order["state"].text() == "cancelled" ? Status::cancelled : Status::pending);
        if (paid) out.effect(EffectKind::capture, order.need_text("/id"), {order.need_integer("/cents"), 2, "USD"});
        return out;
    }

    turnpike::Mode mode_;
    std::string api_key_;
};

constexpr turnpike::Operation<Acme> kOperations[] = {
    {"payment.create/1", &Acme::create_payment},
    {"payment.query/1", &Acme::query_payment},
    {"webhook.handle/1", &Acme::handle_webhook},
};

}  // namespace

TURNPIKE_PROVIDER(Acme, kOperations, turnpike_manifest);
