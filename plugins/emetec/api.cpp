#include "api.hpp"

#include "result.hpp"

namespace emetec {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Form;
using turnpike::Json;
using turnpike::Request;

/// "amount", of the first parameter that was wrong.
std::string_view wrong_parameter(const Json& answer) {
    return answer["result"]["parameterErrors"][size_t{0}]["name"].text();
}

Error refused_parameter(const Json& answer) {
    const std::string_view name = wrong_parameter(answer);
    Error out(ErrorKind::input,
              "The gateway refuses the parameter " + std::string(name.empty() ? "?" : name) + ".");
    if (name == "amount") out.field("/amount");
    return out.no_effect();
}

}  // namespace

Request get(const Gateway& gateway, std::string_view label, std::string_view path, Form query) {
    query.add("entityId", gateway.entity_id);
    return Request("GET", turnpike::with_query(gateway.url(path), query))
        .label(label)
        .bearer(gateway.access_token);
}

Request post(const Gateway& gateway, std::string_view label, std::string_view path,
             const Form& fields) {
    const std::string body = Form().add("entityId", gateway.entity_id).text();
    return Request("POST", gateway.url(path))
        .label(label)
        .bearer(gateway.access_token)
        .body("application/x-www-form-urlencoded; charset=UTF-8", body + "&" + fields.text());
}

turnpike::Task<Json> fetch(turnpike::Op& op, Request request) {
    const Answer answer = co_await op.http(request);
    if (!answer.answered()) throw turnpike::no_answer(answer);
    const Json object = answer.json();
    if (code_of(object).empty()) throw turnpike::garbage(answer);
    // A success comes with a 2xx; one that does not is somebody's mistake.
    const Outcome outcome = outcome_of(code_of(object));
    if (!answer.ok() && (outcome == Outcome::success || outcome == Outcome::waiting))
        throw turnpike::garbage(answer);
    co_return object;
}

std::string_view code_of(const Json& answer) { return answer["result"]["code"].text(); }

Error error_of(const Json& answer) {
    const std::string_view code = code_of(answer);
    Error out(ErrorKind::provider, "The gateway does not know how it ended.");
    if (code.starts_with("800.900.")) {
        out = Error(ErrorKind::auth,
                    "The gateway does not accept Access Token and Entity ID, or they belong to "
                    "the other mode.")
                  .field("/settings/access_token")
                  .no_effect();
    } else if (code == "800.120.100") {
        out = Error(ErrorKind::rate, "The gateway asks for fewer calls.")
                  .retry_after_ms(30000)
                  .no_effect();
    } else if (code.starts_with("200.300.")) {
        out = refused_parameter(answer);
    } else if (code == "700.400.580") {
        out = Error(ErrorKind::input, "The gateway has no such payment.")
                  .field("/provider_reference")
                  .no_effect();
    } else if (const Outcome outcome = outcome_of(code);
               outcome == Outcome::failure || outcome == Outcome::cancelled) {
        out = Error(ErrorKind::declined, "The gateway refuses this.").no_effect();
    }
    return out.provider_code(code).provider_message(answer["result"]["description"].text());
}

std::string wire_amount(const turnpike::Money& money) {
    const auto scaled = money.rescaled(2);
    if (!scaled) {
        throw Error(ErrorKind::input, "The gateway cannot charge this amount exactly.")
            .field("/amount")
            .no_effect();
    }
    return scaled->decimal();
}

}  // namespace emetec
