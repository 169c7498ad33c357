#pragma once

#include "tools/sandbox/core/desk.hpp"

namespace sandbox::moneris {

constexpr const char* kStore = "store5";
constexpr const char* kToken = "yesguy";
constexpr const char* kPurchaseProfile = "chktTURNPIKE1";
constexpr const char* kPreauthProfile = "chktPREAUTH1";

/// What the card's bank answers to an amount, as Moneris's test store has it.
struct BankAnswer {
    const char* code;
    const char* iso;
    bool approved() const { return code[0] == '0' && code[1] < '5'; }
};
BankAnswer bank_answer(int64_t cents);

/// The text of an element; "" when it is not there.
std::string element(const std::string& xml, const std::string& name);

/// Moneris Checkout (preload, receipt, script and form) and the XML gateway.  A desk's payment is a ticket.
class Moneris : public Desk {
  public:
    explicit Moneris(const Surroundings& surroundings) : Desk(surroundings, "moneris", {"gatewayt.moneris.com", "mpg1t.moneris.io"}) {}
    Response handle(const Request& request) override;

  protected:
    void pay(Json& ticket) override;
    void decline(Json& ticket) override;
    Json refund(Json& ticket, int64_t amount, const Json& more) override;
    bool other_action(const std::string& action, Json& ticket, const Json& more) override;
    Signer signer(const std::string&) const override { return {}; }

  private:
    Json checkout(const Json& in);
    Json preload(const Json& in);
    Json receipt(const Json& in);
    Response form(const Request& request);
    std::string gateway(const std::string& xml);
    std::string complete(Json& ticket, const std::string& xml);
    std::string give_back(Json& ticket, const std::string& xml);
    std::string transaction_number() { return new_id("", 6, "0123456789") + "-0_" + new_id("", 3, "123456789"); }
};

}  // namespace sandbox::moneris
