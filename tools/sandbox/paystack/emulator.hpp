#pragma once

#include "tools/sandbox/core/desk.hpp"

namespace sandbox::paystack {

constexpr const char* kSecretKey = "sk_test_turnpike";

struct ApiError {
    int status;
    Json body;
};
[[noreturn]] void fail(int status, const std::string& message, const std::string& code = "");

/// Paystack's transactions, refunds, disputes, page and webhooks.  A desk's payment is a transaction.
class Paystack : public Desk {
  public:
    explicit Paystack(const Surroundings& surroundings) : Desk(surroundings, "paystack", {"api.paystack.co", "checkout.paystack.com"}) { reset(surroundings.seed); }
    Response handle(const Request& request) override;
    void reset(uint64_t seed) override;
    Json ledger() const override;

  protected:
    void pay(Json& transaction) override;
    void decline(Json& transaction) override;
    Json refund(Json& transaction, int64_t amount, const Json& more) override;
    bool other_action(const std::string& action, Json& transaction, const Json& more) override;
    Signer signer(const std::string& url) const override;

  private:
    Json api(const Request& request, const std::vector<std::string>& parts);
    Json initialize(const Json& body);
    Json refunds(const Request& request, const std::vector<std::string>& parts);
    Response page(const Request& request, const std::vector<std::string>& parts);
    Json shown(const Json& transaction) const;
    Json& need(const std::string& name);
    void emit(const std::string& event, const Json& data);
    int64_t next_number() { return state_["number"] = state_["number"].get<int64_t>() + 1; }
};

}  // namespace sandbox::paystack
