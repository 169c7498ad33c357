#include "nvp.hpp"

namespace paypal_express {
namespace {

using turnpike::Answer;
using turnpike::Json;
using turnpike::Money;
using turnpike::Op;
using turnpike::Request;

void append_form(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == ' ') {
            out += '+';
        } else {
            turnpike::append_percent(out, std::string_view(&c, 1));
        }
    }
}

int decimals_of(const std::string& currency) {
    return currency == "JPY" || currency == "HUF" || currency == "TWD" ? 0 : 2;
}

}  // namespace

Nvp::Nvp(std::string_view method, const Account& account) {
    add("METHOD", method).add("VERSION", "124.0");
    add("USER", account.username).add("PWD", account.password);
    add("SIGNATURE", account.signature);
}

Nvp& Nvp::add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_ += name;
    text_ += '=';
    append_form(text_, value);
    return *this;
}

Request call(const Account& account, std::string_view label, const Nvp& fields,
             turnpike::Retry retry) {
    const bool live = account.mode == turnpike::Mode::live;
    return Request("POST", live ? "https://api-3t.paypal.com/nvp"
                                : "https://api-3t.sandbox.paypal.com/nvp")
        .label(label)
        .body("application/x-www-form-urlencoded", fields.text())
        .redact("USER")
        .redact("PWD")
        .redact("SIGNATURE")
        .retry(retry);
}

Json fields_of(const Op& op, const Answer& answer) {
    std::string_view object;
    if (!answer.ok() || !op.host().try_transform("form.json/1", answer.body(), object)) return {};
    const Json fields(op.host(), object);
    return fields["ACK"].text().empty() ? Json() : fields;
}

bool succeeded(const Json& fields) {
    const std::string_view ack = fields["ACK"].text();
    return ack == "Success" || ack == "SuccessWithWarning" || ack == "PartialSuccess";
}

bool has_code(const Json& fields, std::string_view code) {
    for (int i = 0; i < 10; ++i) {
        if (fields["L_ERRORCODE" + std::to_string(i)].text() == code) return true;
    }
    return false;
}

turnpike::Task<Json> fetch(Op& op, Request request) {
    const Answer answer = co_await op.http(request);
    const Json fields = fields_of(op, answer);
    if (!succeeded(fields)) throw error_of(op, answer);
    co_return fields;
}

std::string wire_amount(const Money& money) {
    const auto scaled = money.rescaled(decimals_of(money.currency()));
    if (!scaled) {
        throw turnpike::Error(turnpike::ErrorKind::input,
                              "PayPal cannot charge this amount exactly.")
            .field("/amount")
            .no_effect();
    }
    return scaled->decimal();
}

Money money_of(const Json& fields, const std::string& name, std::string_view currency) {
    const auto out = Money::from_decimal(fields[name].text(), currency);
    if (!out) {
        throw turnpike::Error(turnpike::ErrorKind::provider,
                              "PayPal's amount " + name + " cannot be read.");
    }
    return *out;
}

std::optional<Money> fee_of(std::string_view text, std::string_view currency) {
    const auto fee = Money::from_decimal(text, currency);
    // Yen have no decimals; a fee that cannot be told in them is asked for again, and spoils nothing.
    return fee && currency == "JPY" ? fee->rescaled(0) : fee;
}

}  // namespace paypal_express
