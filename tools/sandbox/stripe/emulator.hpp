#pragma once

#include <functional>
#include <random>

#include "tools/sandbox/core/emulator.hpp"
#include "tools/sandbox/stripe/form.hpp"

namespace sandbox::stripe {

inline constexpr const char* kSecretKey = "sk_test_turnpike";
inline constexpr const char* kPublicKey = "pk_test_turnpike";
inline constexpr const char* kWebhookSecret = "whsec_test_turnpike";
inline constexpr const char* kAccount = "acct_1Turnpike";

/// Members that start with x_ are the emulator's own; nobody outside sees them.
Json without_private(Json object);

/// Stripe's API for hosted payments, with Checkout's page, an account's dashboard as actions, and its webhooks.
class Stripe final : public Emulator {
  public:
    explicit Stripe(const Surroundings& surroundings);
    std::string id() const override { return "stripe"; }
    std::vector<std::string> hosts() const override { return {"api.stripe.com", "checkout.stripe.com", "js.stripe.com"}; }
    Response handle(const Request& request) override;
    Json ledger() const override;
    Response act(const Json& action) override;
    void set_hook(const std::string& name, const std::string& url) override;
    Response events(const Json& what) override;
    void reset(uint64_t seed) override;
    Json snapshot() const override { return state_; }
    void restore(const Json& snapshot) override { state_ = snapshot; }

  private:
    // api.cpp: who may ask, what was asked before
    Response api(const Request& request);
    Response idempotent(const Request& request, const std::function<Response()>& work);
    Json route(const Request& request, const std::vector<std::string>& parts, Form& form);
    void check_key(const Request& request) const;
    Json account() const;

    // checkout.cpp
    Json sessions(const std::string& method, const std::vector<std::string>& parts, Form& form);
    Json create_session(Form& form);
    Json expire_session(const std::string& id);
    Response page(const Request& request);
    void pay_session(const std::string& id);
    void decline_session(const std::string& id);
    Json& intent_of_session(Json& session);

    // intents.cpp
    Json intents(const std::string& method, const std::vector<std::string>& parts, Form& form);
    Json create_intent(Form& form);
    Json capture_intent(const std::string& id, Form& form);
    Json cancel_intent(const std::string& id, const std::string& reason);
    Json& charge_intent(Json& intent, bool capture);
    void settle_charge(Json& charge, int64_t amount);

    // elements.cpp
    Response elements(const Request& request) const;
    std::optional<Response> confirm(const Request& request);
    Json confirm_intent(Json& intent, bool pays);

    // refunds.cpp
    Json refunds(const std::string& method, const std::vector<std::string>& parts, Form& form);
    Json refund(const std::string& charge, int64_t amount, const std::string& reason, const Json& metadata);
    void fail_refund(const std::string& id);

    // disputes.cpp
    void open_dispute(const std::string& charge);
    void close_dispute(const std::string& charge, bool won);

    // events.cpp
    void emit(const std::string& type, const Json& object, const Json& previous = nullptr);
    void deliver(const Json& event);
    Json endpoints(const std::string& method, const std::vector<std::string>& parts, Form& form);

    // objects
    Json& need(const char* kind, const std::string& id, const char* name);
    Json list(const char* kind, const std::string& path, Form& form, const std::function<bool(const Json&)>& fits);
    Json expanded(Json object, const std::vector<std::string>& paths) const;
    Json shown(const Json& object, Form& form) { return expanded(object, form.list("expand")); }
    std::string new_id(const std::string& prefix);
    int64_t now_s() const;
    void make_fees_known();

    Delivery& delivery_;
    std::mt19937_64 random_;
    Json state_;
};

}  // namespace sandbox::stripe
