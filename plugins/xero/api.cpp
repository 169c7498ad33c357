#include "xero.hpp"

namespace xero {
namespace {

constexpr std::string_view kApi = "https://api.xero.com/api.xro/2.0";
constexpr uint32_t kMostWaitMs = 8000;
constexpr uint32_t kOrganisationS = 86400;

/// Xero writes the names of error members in two cases.
std::string_view either(const Json& body, std::string_view capital, std::string_view small) {
    const std::string_view found = body[capital].text();
    return found.empty() ? body[small].text() : found;
}

std::string_view validation_words(const Json& item) {
    for (const Json& one : item["ValidationErrors"].items())
        if (!one["Message"].text().empty()) return one["Message"].text();
    for (const Json& line : item["LineItems"].items())
        if (const std::string_view words = validation_words(line); !words.empty()) return words;
    return item["Contact"] ? validation_words(item["Contact"]) : std::string_view();
}

Error refused_document(const Json& item) {
    Error out(ErrorKind::input, "Xero refuses the document.");
    return out.no_effect().provider_message(validation_words(item)).http_status(400);
}

Error forbidden(const Answer& answer) {
    Error out(ErrorKind::auth,
              "Xero lets this connection into no such organisation: connect again, and check tenant_id and scopes.");
    return out.no_effect()
        .field("/settings/tenant_id")
        .http_status(403)
        .provider_message(either(answer.json(), "Detail", "detail"));
}

Error bad_request(const Answer& answer) {
    const Json body = answer.json();
    for (const Json& item : body["Elements"].items())
        if (!validation_words(item).empty())
            return refused_document(item).provider_code(body["ErrorNumber"].scalar());
    return Error(ErrorKind::input, "Xero refuses the request.")
        .no_effect()
        .http_status(answer.status())
        .provider_code(body["ErrorNumber"].scalar())
        .provider_message(either(body, "Message", "message"));
}

bool expired_token(const Answer& answer) { return answer.status() == 401; }

}  // namespace

Error error_of(const Answer& answer) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    switch (answer.status()) {
        case 400:
        case 412:
            return bad_request(answer);
        case 401:
            return Error(ErrorKind::auth, "Xero refuses the token: connect the integration again.")
                .no_effect()
                .http_status(401)
                .provider_message(either(answer.json(), "Detail", "detail"));
        case 403:
            return forbidden(answer);
        case 404:
            return Error(ErrorKind::input, "Xero has no such document.").no_effect().http_status(404);
        case 429:
            return Error(ErrorKind::rate, "Xero asks for fewer calls.")
                .no_effect()
                .http_status(429)
                .retry_after_ms(answer.retry_after_ms())
                .provider_code(answer.header("X-Rate-Limit-Problem"));
        default:
            return Error(ErrorKind::provider, "Xero has a fault, or the organisation is offline.")
                .http_status(answer.status());
    }
}

Json first_item(const Json& envelope, std::string_view plural) {
    const Json item = envelope[plural][0];
    if (!item.is_object()) {
        throw Error(ErrorKind::provider, "Xero's answer holds no " + std::string(plural) + ".");
    }
    // A 200 alone never means success for an item.
    const bool failed = item["HasErrors"].is_true() || item["StatusAttributeString"].text() == "ERROR" ||
                        !validation_words(item).empty();
    if (failed) throw refused_document(item);
    return item;
}

turnpike::Request Xero::request(const Op& op, const Ask& what, std::string_view token,
                                std::string_view label) const {
    const std::string url = what.path.starts_with("https://") ? what.path : std::string(kApi) + what.path;
    turnpike::Request out = turnpike::Request(what.method, url)
                                .label(label)
                                .bearer(token)
                                .header("Accept", "application/json")
                                .timeout_ms(18000);
    if (!tenant_.empty() && what.label != "connections")
        std::move(out).header("xero-tenant-id", tenant_);
    if (!what.modified_since.empty())
        std::move(out).header("If-Modified-Since", what.modified_since);
    if (what.method == "GET") return out;
    const std::string key = std::string(op.idempotency_key()) + "-" + what.label + what.once;
    return std::move(out)
        .header("Idempotency-Key", turnpike::cut(key, 128))
        .retry(turnpike::Retry::idempotent)
        .body("application/json", what.body);
}

Task<Json> Xero::ask(Op& op, Ask what) const {
    std::string token = co_await access_token(op, {});
    Answer answer = co_await op.http(request(op, what, token, what.label));
    if (expired_token(answer)) {
        token = co_await access_token(op, token);
        answer = co_await op.http(request(op, what, token, what.label + ".again"));
    }
    const uint32_t wait_ms = answer.retry_after_ms();
    if (answer.status() == 429 && wait_ms > 0 && wait_ms <= kMostWaitMs) {
        co_await op.wait(wait_ms);
        answer = co_await op.http(request(op, what, token, what.label + ".later"));
    }
    if (!answer.ok()) throw error_of(answer);
    const Json body = answer.json();
    if (!body.is_object() && !body.is_array()) throw turnpike::garbage(answer);
    co_return body;
}

Task<Json> Xero::connections(Op& op) const {
    co_return co_await ask(op, get("https://api.xero.com/connections", "connections"));
}

/// Test mode writes only into a demo company, live mode never does.
Task<Json> Xero::write(Op& op, Ask what) const {
    std::string demo(op.kept("demo_company"));
    if (demo.empty()) {
        const Json envelope = co_await ask(op, get("/Organisation", "organisation." + what.label));
        const Json organisation = first_item(envelope, "Organisations");
        demo = organisation["IsDemoCompany"].is_true() ? "yes" : "no";
        op.keep("demo_company", demo, kOrganisationS, turnpike::KeepFor::transcript_may_show);
    }
    if ((demo == "yes") == (mode_ == turnpike::Mode::live)) {
        throw Error(ErrorKind::config, demo == "yes" ? "This is Xero's demo company: live documents do not belong there."
                                                     : "Test documents belong into Xero's demo company, and this is a real organisation.")
            .field("/settings/tenant_id")
            .no_effect();
    }
    co_return co_await ask(op, std::move(what));
}

/// A code, or Xero's own id of an account.
std::string Xero::account_json(std::string_view account) const {
    const bool id = account.size() == 36 && account.find('-') == 8;
    return JsonObject().set(id ? "AccountID" : "Code", account).json();
}

}  // namespace xero
