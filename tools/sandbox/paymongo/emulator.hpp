#pragma once

#include "tools/sandbox/core/desk.hpp"

namespace sandbox::paymongo {

constexpr const char* kSecretKey = "sk_test_turnpike";
constexpr const char* kWebhookSecret = "whsk_test_turnpike";

struct ApiError {
    int status;
    Json errors;
};
[[noreturn]] void fail(int status, const std::string& code, const std::string& detail, const std::string& attribute = "");

/// "t=<unix s>,te=<hex>,li=": a test event's signature.
std::string signature_header(const std::string& secret, int64_t at_s, const std::string& body);

/// PayMongo's checkout sessions, links, payments, refunds, webhooks and pages.  A desk's payment is a session or a link.
class PayMongo : public Desk {
  public:
    explicit PayMongo(const Surroundings& surroundings) : Desk(surroundings, "paymongo", {"api.paymongo.com", "checkout.paymongo.com"}) { reset(surroundings.seed); }
    Response handle(const Request& request) override;
    void reset(uint64_t seed) override;

  protected:
    void pay(Json& page) override;
    void decline(Json& page) override;
    void cancel(Json& page) override;
    Json refund(Json& page, int64_t amount, const Json& more) override;
    bool other_action(const std::string& action, Json& page, const Json& more) override;
    Signer signer(const std::string& url) const override;

  private:
    Json api(const Request& request, const std::vector<std::string>& parts);
    Json sessions(const Request& request, const std::vector<std::string>& parts);
    Json create_session(const Json& attributes);
    Json links(const Request& request, const std::vector<std::string>& parts);
    Json payment_objects(const std::vector<std::string>& parts);
    Json refund_objects(const Request& request, const std::vector<std::string>& parts);
    Json webhooks(const Request& request, const std::vector<std::string>& parts);
    Response page(const Request& request, const std::vector<std::string>& parts);
    Json shown(const Json& page) const;
    Json shown_payment(const Json& page) const;
    void emit(const std::string& event, const Json& resource);
};

}  // namespace sandbox::paymongo
