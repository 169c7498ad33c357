#include <iterator>

#include "nvp.hpp"

namespace paypal_express {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;

struct Known {
    std::string_view code;
    ErrorKind kind;
    std::string_view words;
    std::string_view field;
};
/// Codes whose request certainly did nothing.
constexpr Known kRefused[] = {
    {"10002", ErrorKind::auth, "PayPal does not accept the credentials, or they belong to the other mode.", "/settings/signature"},
    {"10008", ErrorKind::auth, "PayPal does not accept the credentials, or they belong to the other mode.", "/settings/signature"},
    {"10004", ErrorKind::input, "PayPal refuses an argument.", ""},
    {"10007", ErrorKind::input, "The transaction belongs to another PayPal account.", "/provider_reference"},
    {"10009", ErrorKind::declined, "PayPal refuses this in the transaction's present state.", ""},
    {"10409", ErrorKind::input, "The token belongs to another PayPal account.", "/provider_reference"},
    {"10410", ErrorKind::input, "PayPal does not know the token.", "/provider_reference"},
    {"10411", ErrorKind::declined, "The payer took too long: the token expired.", ""},
    {"10412", ErrorKind::declined, "This reference was paid before.", ""},
    {"10413", ErrorKind::input, "The items do not add up to the total.", "/amount"},
    {"10414", ErrorKind::input, "The amount is above PayPal's limit for one payment.", "/amount"},
    {"10416", ErrorKind::declined, "The token was tried too often.", ""},
    {"10417", ErrorKind::declined, "The payer must choose another way to pay.", ""},
    {"10485", ErrorKind::declined, "The payer has not approved the payment.", ""},
    {"10525", ErrorKind::input, "The amount is zero.", "/amount"},
    {"10600", ErrorKind::declined, "The authorization is voided.", ""},
    {"10601", ErrorKind::declined, "The authorization expired.", ""},
    {"10602", ErrorKind::declined, "The authorization is captured already.", ""},
    {"10609", ErrorKind::input, "PayPal does not know the transaction.", "/provider_reference"},
    {"10610", ErrorKind::input, "The amount is more than can be captured.", "/amount"},
    {"10612", ErrorKind::declined, "The authorization takes no more captures.", ""},
    {"10613", ErrorKind::input, "The currency is not the authorization's.", "/currency"},
    {"10736", ErrorKind::input, "PayPal refuses the address.", ""},
    {"11812", ErrorKind::input, "The description is blank or too long.", "/description"},
    {"12302", ErrorKind::declined, "A dispute is open: it cannot be refunded.", ""},
};

const Known* known(std::string_view code) {
    for (const Known& one : kRefused) {
        if (one.code == code) return &one;
    }
    return nullptr;
}

/// The first of the answer's errors that says something; credentials outrank all.
const Known* refusal_in(const Json& fields) {
    const Known* found = nullptr;
    for (int i = 9; i >= 0; --i) {
        const Known* one = known(fields["L_ERRORCODE" + std::to_string(i)].text());
        if (one && !(found && found->kind == ErrorKind::auth)) found = one;
    }
    return found;
}

Error error_in(const Json& fields) {
    if (const Known* refused = refusal_in(fields)) {
        Error out(refused->kind, std::string(refused->words));
        if (!refused->field.empty()) out.field(std::string(refused->field));
        return out.no_effect();
    }
    const std::string_view code = fields["L_ERRORCODE0"].text();
    if (code.starts_with("811")) {
        return Error(ErrorKind::input, "PayPal misses or refuses a parameter.").no_effect();
    }
    // 10001, 10101 and all others: PayPal was at fault, and whatever was asked may have happened.
    return Error(ErrorKind::provider, "PayPal has a fault of its own.");
}

}  // namespace

Error error_of(const turnpike::Op& op, const Answer& answer) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    const Json fields = fields_of(op, answer);
    if (!fields.is_object()) return turnpike::garbage(answer);
    Error out = error_in(fields);
    return out.http_status(answer.status())
        .provider_code(fields["L_ERRORCODE0"].text())
        .provider_message(fields["L_LONGMESSAGE0"].text());
}

}  // namespace paypal_express
