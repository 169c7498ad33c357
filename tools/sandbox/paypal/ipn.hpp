#pragma once

#include "tools/sandbox/core/desk.hpp"
#include "tools/sandbox/paypal/post.hpp"

namespace sandbox::paypal {

constexpr const char* kMerchant = "billing@voip.example";
constexpr const char* kMerchantId = "CU4EME4R27RAA";

/// Send Money and Mass Pay: what payers do on PayPal's own pages, as actions.  A desk's payment is one transaction.
class Ipn : public Desk {
  public:
    Ipn(const Surroundings& surroundings, std::shared_ptr<Post> post) : Desk(surroundings, "paypal_ipn", {"ipnpb.sandbox.paypal.com"}), post_(std::move(post)) {}
    Response handle(const Request& request) override;
    Response act(const Json& action) override;
    void reset(uint64_t seed) override;
    Json snapshot() const override;
    void restore(const Json& snapshot) override;

  protected:
    void pay(Json& transaction) override;
    void decline(Json& transaction) override;
    Json refund(Json& transaction, int64_t amount, const Json& more) override;
    bool other_action(const std::string& action, Json& transaction, const Json& more) override;
    Signer signer(const std::string& url) const override;

  private:
    Json send_money(const Json& given);
    Json mass_pay(const Json& given);
    void tell(const Json& transaction, const std::string& status, const Fields& more);
    void notify(const Fields& fields);
    std::string transaction_id() { return new_id("", 17, "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"); }

    std::shared_ptr<Post> post_;
};

}  // namespace sandbox::paypal
