#pragma once

#include "tools/sandbox/core/desk.hpp"

namespace sandbox::xero {

constexpr const char* kClientId = "TURNPIKE0000000000000000000XERO1";
constexpr const char* kClientSecret = "xero_secret_turnpike_0123456789";
constexpr const char* kTenant = "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f";
constexpr const char* kWebhookKey = "4s7YwGKzH1m4Zq0v+9B0m2s8Xy5fXW1m3iE6Jk2pQwRtUeIoPaSdFgHjKlZxCvBnMqWeRtYuIoPaSdFgHjKlZxC==";

/// A refusal: what Xero answers instead.
struct ApiError {
    int status;
    Json body;
    std::vector<std::pair<std::string, std::string>> headers = {};
};
/// {"ErrorNumber":10,"Type":"ValidationException",...} about one item.
[[noreturn]] void invalid(Json item, const std::string& words);

/// One organisation of Xero: tokens, contacts, invoices and bills, payments, batches and bank transactions.  A desk's
/// payment is a sales invoice; its amounts elsewhere are hundredths, whatever the currency.
class Xero : public Desk {
  public:
    explicit Xero(const Surroundings& surroundings) : Desk(surroundings, "xero", {"api.xero.com", "identity.xero.com", "login.xero.com", "in.xero.com"}) { reset(surroundings.seed); }
    Response handle(const Request& request) override;
    void reset(uint64_t seed) override;
    /// Beside a desk's: expire_tokens, no_grace, real_company, second_organisation, limit {per_minute}, intent_to_receive.
    Response act(const Json& action) override;

  protected:
    void pay(Json& payment) override;
    void decline(Json&) override {}
    Json refund(Json&, int64_t, const Json&) override { throw ApiError{400, {{"error", "Xero gives no money back"}}}; }
    bool other_action(const std::string& action, Json& payment, const Json& more) override;
    Signer signer(const std::string& url) const override;

  private:
    // oauth.cpp
    Response token(const Request& request);
    Response grant(const std::string& client, const Json& form);
    Response issue(const std::string& client, bool refreshable);
    Response consent(const Request& request);
    void check_token(const Request& request);
    void count_call();
    Json connections() const;

    // api.cpp
    Response api(const Request& request);
    Json route(const Request& request, const std::vector<std::string>& parts);
    Json list(const Json& rows, const Request& request) const;
    Json organisation() const;
    Json shown(Json item) const;

    // documents.cpp
    Json save_contact(const Json& item, bool create);
    Json& contact_of(const Json& given, const Json& item);
    Json create_invoice(const Json& item);
    Json change_invoice(const Json& item, const std::string& id);
    Json create_payment(const Json& item);
    Json create_batch(const Json& item);
    Json create_bank_transaction(const Json& item);
    Json& need_invoice(const std::string& id);
    void book(Json& invoice, int64_t hundredths, const std::string& reference, const std::string& payment_id);
    std::string guid();

    Response page(const Request& request, const std::vector<std::string>& parts);
    void tell(const std::string& invoice, int64_t at_ms);
};

/// "12.34" as 1234; further digits are cut.
int64_t hundredths_of(const Json& value);
/// A JSON text whose numbers are texts, and back: amounts never become floats.
std::string numbers_quoted(const std::string& text);
std::string with_numbers(const Json& body);
/// A number for with_numbers().
Json number(int64_t hundredths);
std::string xero_date(int64_t unix_ms);
int64_t now_ms();

}  // namespace sandbox::xero
