#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "turnpike/provider.hpp"

namespace paypal_express {

/// Whose calls these are.
struct Account {
    turnpike::Mode mode;
    const std::string& username;
    const std::string& password;
    const std::string& signature;
};

/// A call's fields in the order they are written, which is the order they are sent in.  A space is
/// '+', as PayPal's own examples have it.
class Nvp {
  public:
    Nvp(std::string_view method, const Account& account);
    Nvp& add(std::string_view name, std::string_view value);
    /// Nothing when it is empty: PayPal refuses some empty fields.
    Nvp& add_if(std::string_view name, std::string_view value) {
        return value.empty() ? *this : add(name, value);
    }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

turnpike::Request call(const Account& account, std::string_view label, const Nvp& fields,
                       turnpike::Retry retry);

/// The fields of an answer; an empty Json when it is no answer of PayPal's.
turnpike::Json fields_of(const turnpike::Op& op, const turnpike::Answer& answer);
bool succeeded(const turnpike::Json& fields);
/// Whether one of the answer's errors has this code; several may come at once.
bool has_code(const turnpike::Json& fields, std::string_view code);

/// The fields of an answer that succeeded; throws what it amounts to otherwise.
turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request);

/// What an answer that did not succeed, or no answer, amounts to.
turnpike::Error error_of(const turnpike::Op& op, const turnpike::Answer& answer);

/// A fee as PayPal writes it; nothing when there is none or it cannot be told exactly.
std::optional<turnpike::Money> fee_of(std::string_view text, std::string_view currency);
/// "10.99", or "10" for the currencies PayPal has no decimals of.  Throws Error(input) otherwise.
std::string wire_amount(const turnpike::Money& money);
turnpike::Money money_of(const turnpike::Json& fields, const std::string& name,
                         std::string_view currency);

}  // namespace paypal_express
