#include <openssl/sha.h>

#include <chrono>

#include "tools/sandbox/stripe/emulator.hpp"
#include "tools/sandbox/stripe/stripe.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_stripe(const Surroundings& surroundings) { return std::make_unique<stripe::Stripe>(surroundings); }

}  // namespace sandbox

namespace sandbox::stripe {
namespace {

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> out;
    for (size_t from = 1; from < path.size();) {
        const size_t slash = std::min(path.find('/', from), path.size());
        out.push_back(percent_decoded(path.substr(from, slash - from)));
        from = slash + 1;
    }
    return out;
}

Json currencies() {
    Json out = Json::array();
    for (const char* code : {"usd", "eur", "gbp", "jpy", "cad", "aud", "chf", "sek", "nok", "dkk", "kwd", "inr", "brl", "mxn", "pln", "huf", "sgd", "hkd", "nzd", "zar"}) out.push_back(code);
    return out;
}

}  // namespace

Stripe::Stripe(const Surroundings& surroundings) : delivery_(surroundings.delivery) { reset(surroundings.seed); }

void Stripe::reset(uint64_t seed) {
    random_.seed(seed);
    const Json hooks = state_.is_object() ? state_.at("hooks") : Json::object();
    state_ = Json::object();
    for (const char* kind : {"sessions", "intents", "charges", "refunds", "txns", "disputes", "endpoints", "idempotency"}) state_[kind] = Json::object();
    state_["events"] = Json::array();
    state_["hooks"] = hooks;
}

int64_t Stripe::now_s() const {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string Stripe::new_id(const std::string& prefix) {
    static constexpr char kAlphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string out = prefix;
    for (int i = 0; i < 20; ++i) out += kAlphabet[random_() % 62];
    return out;
}

Response Stripe::handle(const Request& request) {
    make_fees_known();
    if (request.host == "checkout.stripe.com") return page(request);
    if (request.host == "js.stripe.com") return elements(request);
    Response response;
    try {
        if (const auto confirmed = confirm(request)) return *confirmed;
        response = api(request);
    } catch (const ApiError& e) {
        response = json_response(e.status, {{"error", e.error}});
    }
    response.headers.emplace_back("Request-Id", new_id("req_"));
    const std::string version = request.header("Stripe-Version");
    response.headers.emplace_back("Stripe-Version", version.empty() ? "2024-06-20" : version);
    return response;
}

void Stripe::check_key(const Request& request) const {
    const std::string header = request.header("Authorization");
    const std::string key = header.rfind("Bearer ", 0) == 0 ? header.substr(7) : "";
    if (key.empty()) fail(401, "You did not provide an API key.");
    if (key == kSecretKey || key == "rk_test_turnpike") return;
    fail(401, "Invalid API Key provided: " + key.substr(0, 8) + "****" + (key.size() > 12 ? key.substr(key.size() - 4) : ""));
}

Response Stripe::api(const Request& request) {
    check_key(request);
    const std::vector<std::string> parts = split(request.path);
    if (parts.size() < 2 || parts[0] != "v1") fail(404, "Unrecognized request URL (" + request.method + ": " + request.path + ").");
    auto work = [&] {
        Form form(request.method == "GET" || request.method == "DELETE" ? request.query : request.body);
        return json_response(200, without_private(route(request, parts, form)));
    };
    return request.method == "POST" ? idempotent(request, work) : work();
}

/// The same key gives the first answer again, and another body with it is refused.
Response Stripe::idempotent(const Request& request, const std::function<Response()>& work) {
    const std::string key = request.header("Idempotency-Key");
    if (key.empty()) return work();
    const std::string content = request.path + "\n" + request.body;
    Json& table = state_["idempotency"];
    if (table.contains(key)) {
        const Json& kept = table[key];
        if (kept["content"] != content)
            throw ApiError{400, {{"type", "idempotency_error"}, {"message", "Keys for idempotent requests can only be used with the same parameters they were first used with."}}};
        Response again{kept["status"].get<int>(), {{"Idempotent-Replayed", "true"}}, kept["body"].get<std::string>(), "application/json", Wire::answer};
        return again;
    }
    const Response response = work();
    table[key] = {{"content", content}, {"status", response.status}, {"body", response.body}};
    return response;
}

Json Stripe::route(const Request& request, const std::vector<std::string>& parts, Form& form) {
    const std::string& area = parts[1];
    Json out;
    if (area == "account") out = account();
    else if (area == "country_specs" && parts.size() == 3) out = {{"id", parts[2]}, {"object", "country_spec"}, {"default_currency", "usd"}, {"supported_payment_currencies", currencies()}};
    else if (area == "checkout" && parts.size() > 2 && parts[2] == "sessions") out = sessions(request.method, parts, form);
    else if (area == "payment_intents") out = intents(request.method, parts, form);
    else if (area == "refunds") out = refunds(request.method, parts, form);
    else if (area == "webhook_endpoints") out = endpoints(request.method, parts, form);
    else if (area == "charges" && parts.size() == 3) out = shown(need("charges", parts[2], "charge"), form);
    else if (area == "balance_transactions" && parts.size() == 3) out = need("txns", parts[2], "balance transaction");
    else if (area == "charges") {
        const std::string intent = form.text("payment_intent");
        out = list("charges", "/v1/charges", form, [&](const Json& c) { return intent.empty() || c["payment_intent"] == intent; });
    } else if (area == "disputes") {
        const std::string charge = form.text("charge");
        const std::string intent = form.text("payment_intent");
        out = list("disputes", "/v1/disputes", form, [&](const Json& d) { return (charge.empty() || d["charge"] == charge) && (intent.empty() || d["payment_intent"] == intent); });
    } else if (area == "events") {
        out = {{"object", "list"}, {"url", "/v1/events"}, {"has_more", false}, {"data", state_["events"]}};
        form.ignore("");
    } else {
        fail(404, "Unrecognized request URL (" + request.method + ": " + request.path + ").");
    }
    form.finish();
    return out;
}

Json Stripe::account() const {
    return {{"id", kAccount}, {"object", "account"}, {"country", "US"}, {"default_currency", "usd"}, {"charges_enabled", true}, {"payouts_enabled", true}, {"livemode", false}};
}

Json& Stripe::need(const char* kind, const std::string& id, const char* name) {
    Json& all = state_[kind];
    if (!all.contains(id)) fail(404, std::string("No such ") + name + ": '" + id + "'", "resource_missing", "id");
    return all[id];
}

Json Stripe::list(const char* kind, const std::string& path, Form& form, const std::function<bool(const Json&)>& fits) {
    const int64_t from = form.integer("created[gte]", 0);
    const int64_t to = form.integer("created[lt]", INT64_MAX / 2);
    const int64_t limit = form.integer("limit", 10);
    const std::string after = form.text("starting_after");
    std::vector<std::string> paths;
    for (const std::string& expand : form.list("expand")) paths.push_back(expand.rfind("data.", 0) == 0 ? expand.substr(5) : expand);
    Json data = Json::array();
    bool more = false;
    bool begun = after.empty();
    std::vector<const Json*> newest;
    for (const auto& [id, object] : state_[kind].items()) newest.insert(newest.begin(), &object);
    for (const Json* object : newest) {
        const bool here = begun && (*object)["created"] >= from && (*object)["created"] < to && fits(*object);
        if ((*object)["id"] == after) begun = true;
        if (!here) continue;
        if (data.size() == static_cast<size_t>(limit)) {
            more = true;
            break;
        }
        data.push_back(expanded(*object, paths));
    }
    return {{"object", "list"}, {"url", path}, {"has_more", more}, {"data", data}};
}

/// Replaces ids along "payment_intent.latest_charge.balance_transaction" by the objects they name.
Json Stripe::expanded(Json object, const std::vector<std::string>& paths) const {
    static const std::map<std::string, const char*> kinds = {{"payment_intent", "intents"}, {"latest_charge", "charges"}, {"charge", "charges"}, {"balance_transaction", "txns"}};
    for (const std::string& path : paths) {
        const size_t dot = path.find('.');
        const std::string name = path.substr(0, dot);
        const auto kind = kinds.find(name);
        if (kind == kinds.end() || !object.contains(name)) fail(400, "This property cannot be expanded (" + name + ").", "", "expand");
        Json& member = object[name];
        if (member.is_string()) member = state_[kind->second].at(member.get<std::string>());
        if (dot != std::string::npos && member.is_object()) member = expanded(member, {path.substr(dot + 1)});
    }
    return object;
}

}  // namespace sandbox::stripe
