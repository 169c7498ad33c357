#include <openssl/hmac.h>

#include <algorithm>
#include <chrono>

#include "tools/sandbox/stripe/emulator.hpp"
#include "tools/sandbox/stripe/signature.hpp"

namespace sandbox::stripe {
namespace {

bool subscribed(const Json& endpoint, const Json& type) {
    for (const Json& wanted : endpoint["enabled_events"])
        if (wanted == "*" || wanted == type) return true;
    return false;
}

}  // namespace

Json without_private(Json object) {
    for (auto at = object.begin(); at != object.end();) {
        if (object.is_object() && at.key().rfind("x_", 0) == 0) at = object.erase(at);
        else {
            if (at->is_structured()) *at = without_private(std::move(*at));
            ++at;
        }
    }
    return object;
}

std::string signature_header(const std::string& secret, int64_t at_s, const std::string& body) {
    const std::string signed_text = std::to_string(at_s) + "." + body;
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), mac, &size);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        hex += kDigits[mac[i] >> 4];
        hex += kDigits[mac[i] & 15];
    }
    return "t=" + std::to_string(at_s) + ",v1=" + hex;
}

void Stripe::emit(const std::string& type, const Json& object, const Json& previous) {
    Json event = {{"id", new_id("evt_")}, {"object", "event"}, {"api_version", "2024-06-20"}, {"created", now_s()}, {"data", {{"object", without_private(object)}}}, {"livemode", false},
                  {"pending_webhooks", 1}, {"request", {{"id", nullptr}, {"idempotency_key", nullptr}}}, {"type", type}};
    if (!previous.is_null()) event["data"]["previous_attributes"] = previous;
    state_["events"].push_back(event);
    deliver(event);
}

void Stripe::deliver(const Json& event) {
    auto send = [&](const std::string& url, const std::string& secret) {
        const std::string body = event.dump(2);
        delivery_.send({url, body, [body, secret](bool spoil) {
            const int64_t at_s = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
            return std::vector<std::pair<std::string, std::string>>{{"Content-Type", "application/json; charset=utf-8"},
                                                                    {"User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"},
                                                                    {"Stripe-Signature", signature_header(spoil ? secret + "x" : secret, at_s, body)}};
        }}, dials_);
    };
    for (const auto& [name, url] : state_["hooks"].items()) send(url.get<std::string>(), kWebhookSecret);
    for (const auto& [id, endpoint] : state_["endpoints"].items())
        if (endpoint["status"] == "enabled" && subscribed(endpoint, event["type"])) send(endpoint["url"].get<std::string>(), endpoint["x_secret"].get<std::string>());
}

void Stripe::set_hook(const std::string& name, const std::string& url) { state_["hooks"][name] = url; }

/// {"resend": "all" | event id} or {"reorder": true}: everything again, in reverse.
Response Stripe::events(const Json& what) {
    std::vector<Json> chosen;
    const std::string wanted = what.value("resend", std::string("all"));
    for (const Json& event : state_["events"])
        if (wanted == "all" || event["id"] == wanted) chosen.push_back(event);
    if (what.value("reorder", false)) std::reverse(chosen.begin(), chosen.end());
    for (const Json& event : chosen) deliver(event);
    return json_response(200, {{"sent", chosen.size()}});
}

Json Stripe::endpoints(const std::string& method, const std::vector<std::string>& parts, Form& form) {
    if (parts.size() == 3) {
        Json& endpoint = need("endpoints", parts[2], "webhook endpoint");
        const Json out = without_private(endpoint);
        if (method == "DELETE") {
            state_["endpoints"].erase(parts[2]);
            return {{"id", parts[2]}, {"object", "webhook_endpoint"}, {"deleted", true}};
        }
        if (method == "POST") {
            if (const std::string url = form.text("url"); !url.empty()) endpoint["url"] = url;
            if (form.has("enabled_events[0]")) endpoint["enabled_events"] = form.list("enabled_events");
            return without_private(endpoint);
        }
        return out;
    }
    if (method == "GET") {
        Json out = list("endpoints", "/v1/webhook_endpoints", form, [](const Json&) { return true; });
        for (Json& item : out["data"]) item = without_private(item);
        return out;
    }
    const std::string id = new_id("we_");
    Json endpoint = {{"id", id}, {"object", "webhook_endpoint"}, {"api_version", form.text("api_version")}, {"created", now_s()}, {"enabled_events", form.list("enabled_events")}, {"livemode", false}, {"status", "enabled"}, {"url", form.need("url")}};
    const std::string secret = new_id("whsec_");
    endpoint["x_secret"] = secret;
    state_["endpoints"][id] = endpoint;
    Json out = without_private(endpoint);
    out["secret"] = secret;
    return out;
}

}  // namespace sandbox::stripe
