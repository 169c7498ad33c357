#pragma once

#include "tools/sandbox/core/desk.hpp"
#include "tools/sandbox/paypal/post.hpp"

namespace sandbox::paypal {

constexpr const char* kUser = "billing_api1.turnpike.example";
constexpr const char* kPassword = "PWDTURNPIKE123456";
constexpr const char* kSignature = "A.turnpike-Signature0123456789abcdefghijklmnopqrstuvwxyz";

/// An error as PayPal words it; thrown, answered as ACK=Failure.
struct NvpError {
    std::string code, text;
};

/// Express Checkout over NVP: tokens, PayPal's page, transactions, refunds and their notifications.  A desk's payment is
/// a token; its transaction is the capture.
class Express : public Desk {
  public:
    Express(const Surroundings& surroundings, std::shared_ptr<Post> post)
        : Desk(surroundings, "paypal_express", {"api-3t.sandbox.paypal.com", "www.sandbox.paypal.com"}), post_(std::move(post)) {}
    Response handle(const Request& request) override;

  protected:
    /// The payer approves; the shop has to ask for the money.
    void pay(Json& checkout) override { checkout["x"]["payer"] = "N3WAUXSEHHQVQ"; }
    void decline(Json& checkout) override { checkout["x"]["declines"] = true; }
    Json refund(Json& checkout, int64_t amount, const Json& more) override;
    bool other_action(const std::string& action, Json& checkout, const Json& more) override;
    Signer signer(const std::string& url) const override;

  private:
    Fields call(const Json& in);
    Fields set(const Json& in);
    Fields get(const Json& in);
    Fields charge(const Json& in);
    Fields capture_authorization(const Json& in);
    Fields void_authorization(const Json& in);
    Fields refund_call(const Json& in);
    Fields details(const Json& in);
    Fields search(const Json& in);
    Json& checkout_of(const Json& in, const char* name);
    void take(Json& checkout, int64_t amount, const std::string& id);
    void tell(const Json& checkout, const std::string& status, const Fields& more);
    Response page(const Request& request);
    std::string transaction_id() { return new_id("", 17, "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"); }

    std::shared_ptr<Post> post_;
};

}  // namespace sandbox::paypal
