#pragma once

#include "tools/sandbox/core/desk.hpp"
#include "tools/sandbox/nowpayments/numbers.hpp"

namespace sandbox::nowpayments {

constexpr const char* kApiKey = "TURNPIK-E000000-TEST000-KEY0000";
constexpr const char* kIpnKey = "ipn_test_turnpike";

struct ApiError {
    int status;
    Json body;
};
[[noreturn]] void fail(int status, const std::string& code, const std::string& message);

/// NOWPayments' coins, invoices, payments, page and IPNs.  A desk's payment is an invoice or one payment to an address;
/// the number of the payment in coins stands in x.payment.
class NowPayments : public Desk {
  public:
    explicit NowPayments(const Surroundings& surroundings)
        : Desk(surroundings, "nowpayments", {"api-sandbox.nowpayments.io", "sandbox.nowpayments.io"}) { reset(surroundings.seed); }
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
    Response create(const Json& body, bool invoice);
    Json estimate(const Json& query);
    Response page(const Request& request, const std::vector<std::string>& parts);
    void choose_coin(Json& order, const std::string& coin);
    void receive(Json& order, int64_t units, const std::string& last);
    void redeposit(const Json& order);
    RawObject shown(const Json& order, bool with_fee) const;
    void tell(const Json& order, const std::string& status);
    std::string next_number();
};

}  // namespace sandbox::nowpayments
