#pragma once

#include "tools/sandbox/core/desk.hpp"

namespace sandbox::emetec {

constexpr const char* kEntity = "8a8294174e735d0c014e78cf26461790";
constexpr const char* kToken = "OGE4Mjk0MTc0ZTczNWQwYzAxNGU3OGNm";
constexpr const char* kWebhookKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A webhook's body and tag, upper-case hexadecimal: AES-256-GCM without further data.
struct Sealed {
    std::string body, tag;
};
Sealed seal(const std::string& key_hex, const std::string& nonce_hex, const std::string& plain);

/// A gateway of the Open Payment Platform: checkouts, the widget's script, queries, back office and sealed webhooks.  A
/// desk's payment is a checkout; the gateway's payments stand in x.payments.
class Emetec : public Desk {
  public:
    explicit Emetec(const Surroundings& surroundings) : Desk(surroundings, "emetec", {"test.emetec.pro"}) {}
    Response handle(const Request& request) override;

  protected:
    void pay(Json& checkout) override;
    void decline(Json& checkout) override;
    void cancel(Json& checkout) override;
    Json refund(Json& checkout, int64_t amount, const Json& more) override;
    bool other_action(const std::string& action, Json& checkout, const Json& more) override;
    Signer signer(const std::string&) const override {
        return [](const std::string&, bool) { return Headers{}; };
    }

  private:
    Json api(const Request& request, const std::vector<std::string>& parts, const Json& in);
    Json create(const Json& in);
    Json status(Json& checkout);
    Json query(const std::vector<std::string>& parts, const Json& in);
    Json back_office(const std::string& id, const Json& in);
    Json& new_payment(Json& checkout, const std::string& type, int64_t amount, const std::string& code, const std::string& name);
    void tell(const Json& payment);
};

}  // namespace sandbox::emetec
