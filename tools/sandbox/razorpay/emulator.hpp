#pragma once

#include "tools/sandbox/core/desk.hpp"

namespace sandbox::razorpay {

constexpr const char* kKeyId = "rzp_test_turnpike";
constexpr const char* kKeySecret = "razorpay_secret_turnpike";
constexpr const char* kWebhookSecret = "razorpay_webhook_turnpike";

struct ApiError {
    int status;
    Json body;
};
[[noreturn]] void fail(int status, const std::string& description, const std::string& field = "", const std::string& code = "BAD_REQUEST_ERROR");

/// Razorpay's orders, payments, refunds and disputes, its Checkout and its webhooks.  A desk's payment is an order; the
/// attempts to pay it (pay_) stand in x.attempts.
class Razorpay : public Desk {
  public:
    explicit Razorpay(const Surroundings& surroundings) : Desk(surroundings, "razorpay", {"api.razorpay.com", "checkout.razorpay.com"}) { reset(surroundings.seed); }
    Response handle(const Request& request) override;
    void reset(uint64_t seed) override;

  protected:
    void pay(Json& order) override;
    void decline(Json& order) override;
    Json refund(Json& order, int64_t amount, const Json& more) override;
    bool other_action(const std::string& action, Json& order, const Json& more) override;
    Signer signer(const std::string& url) const override;

  private:
    Response api(const Request& request, const std::vector<std::string>& parts);
    Json orders(const Request& request, const std::vector<std::string>& parts);
    Json create_order(const Json& body);
    Json attempts(const Request& request, const std::vector<std::string>& parts);
    Json refunds(const Request& request, const std::vector<std::string>& parts);
    Json capture_attempt(Json& order, Json& attempt, const Json& body);
    Json refund_attempt(const Request& request, const std::string& payment_id);
    Response embedded(const Request& request);
    Response page(const Request& request, const std::vector<std::string>& parts);
    Json& new_attempt(Json& order, const std::string& status);
    Json* find_attempt(const std::string& id, Json** order);
    void take(Json& order, Json& attempt);
    void dispute(Json& order, const std::string& status);
    void emit(const std::string& event, const Json& payload);
};

/// The order as the API shows it.
Json shown_order(const Json& order);

}  // namespace sandbox::razorpay
