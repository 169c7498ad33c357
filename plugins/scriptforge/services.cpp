#include <algorithm>
#include <charconv>

#include "run.hpp"

namespace script {
namespace {

using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;

constexpr int kMostRequests = 20;
constexpr size_t kLongestAnswer = 1 << 20;
constexpr int64_t kMostRandomBytes = 4096;

bool names_a_secret(std::string_view header) {
    const std::string name = turnpike::lower(header);
    for (const char* part : {"auth", "key", "token", "secret", "sign", "cookie", "password"})
        if (name.find(part) != std::string::npos) return true;
    return false;
}

bool set_by_the_host(std::string_view header) {
    const std::string name = turnpike::lower(header);
    return name == "host" || name == "content-length" || name == "connection" || name == "transfer-encoding";
}

std::string refused(std::string_view why) { return JsonObject().set("error", why).json(); }

JsonObject failed(int64_t id, std::string_view message, std::string_view code) {
    return JsonObject().set("id", id).set("error", JsonObject().set("message", message).set("code", code));
}

JsonObject answered(int64_t id, const turnpike::Answer& answer, std::string_view url) {
    JsonObject value;
    JsonArray headers;
    const turnpike::Headers all = answer.headers();
    for (uint32_t i = 0; i < all.size(); ++i) headers.add(JsonArray().add(turnpike::utf8_or_replaced(turnpike::lower(all.name(i)))).add(turnpike::utf8_or_replaced(all.value(i))));
    value.set("status", answer.status()).set("statusText", answer.ok() ? "OK" : "").set("url", url);
    const std::string body = turnpike::utf8_or_replaced(answer.body());
    // JSON that is not UTF-8 is no JSON: with other characters in its texts it must not be believed.
    value.set("headers", headers).set("body", body).set("mangled", body != answer.body());
    return JsonObject().set("id", id).set("value", value);
}

}  // namespace

std::string Run::request(const Json& asked) {
    if (program_.type == "script") return refused("500 A Script is synchronous; make it an App to ask anybody");
    if (asked["kind"].text() == "http") return http(asked);
    return service(asked);
}

/// Every request leaves through the host: egress rules, deadlines, transcript and redaction are its.
std::string Run::http(const Json& asked) {
    if (++requests_ > kMostRequests) return refused("500 More than 20 requests in one run");
    const std::string url(asked["url"].text()), method(asked["method"].text());
    if (url.rfind("https://", 0) != 0) return refused("500 Only https addresses are reached");
    turnpike::Request request(method, url);
    std::move(request).label("http." + std::to_string(requests_));
    bool typed = false;
    for (const Json& header : asked["headers"].items()) {
        const std::string name(header[0].text()), value(header[1].text());
        if (set_by_the_host(name)) continue;
        typed = typed || turnpike::lower(name) == "content-type";
        if (names_a_secret(name)) std::move(request).secret_header(name, value);
        else std::move(request).header(name, value);
    }
    const std::string body(asked["body"].text());
    if (!body.empty() && typed) std::move(request).content(body);
    else if (!body.empty()) std::move(request).body("text/plain;charset=utf-8", body);
    const int64_t wanted = asked["timeout"].integer().value_or(0), left = std::max<int64_t>(deadline_ - clock_, 1);
    std::move(request).timeout_ms(static_cast<uint32_t>(wanted > 0 ? std::min(wanted, left) : left));
    const auto awaiter = op_.http(request);
    if (!awaiter.await_ready()) {
        suspended_ = true;
        return {};
    }
    const turnpike::Answer answer = awaiter.await_resume();
    const int64_t id = asked["id"].integer().value_or(0);
    if (!answer.answered()) {
        const std::string code = answer.failure() == TPK_FAIL_TIMEOUT ? "timeout" : answer.failure() == TPK_FAIL_POLICY ? "egress" : "network";
        const std::string words = code == "timeout" ? "timeout exceeded" : code == "egress" ? "403 allowed_hosts does not name " + url.substr(8, url.find('/', 8) - 8) : "Network Error";
        complete(answer.at_unix_ms(), failed(id, words, code));
    } else if (answer.body().size() > kLongestAnswer) {
        complete(answer.at_unix_ms(), failed(id, "500 The answer is larger than 1 MB", "too_large"));
    } else {
        complete(answer.at_unix_ms(), answered(id, answer, url));
    }
    return {};
}

/// A service of the host: kv, rest, email.
std::string Run::service(const Json& asked) {
    const std::string name = "script." + std::string(asked["service"].text());
    const int64_t id = asked["id"].integer().value_or(0);
    const auto awaiter = op_.call(name, JsonObject().set("value", turnpike::RawJson{json_text(asked["value"])}));
    if (!awaiter.await_ready()) {
        suspended_ = true;
        return {};
    }
    const turnpike::ServiceAnswer answer = awaiter.await_resume();
    const Json json = answer.json();
    if (!answer.answered()) complete(op_.now_unix_ms(), failed(id, "501 " + name.substr(7) + " is not available here", "denied"));
    else if (const Json error = json["error"]; error) complete(op_.now_unix_ms(), failed(id, error.text(), "refused"));
    else complete(op_.now_unix_ms(), JsonObject().set("id", id).set("value", turnpike::RawJson{json_text(json["value"])}));
    return {};
}

std::string Run::random(const Json& asked) {
    const int64_t bytes = std::clamp<int64_t>(asked["bytes"].integer().value_or(0), 0, kMostRandomBytes);
    std::string hex;
    while (hex.size() < static_cast<size_t>(bytes) * 2) hex += op_.random_hex("script/" + std::to_string(draws_++), 32);
    return turnpike::JsonValue(hex.substr(0, static_cast<size_t>(bytes) * 2)).text();
}

void Run::fill(uint8_t* to, uint32_t bytes) {
    for (uint32_t done = 0; done < bytes; done += 32) {
        const std::string_view part = op_.host().transform("unhex/1", op_.random_hex("engine/" + std::to_string(draws_++), 32));
        std::copy_n(part.begin(), std::min<size_t>(part.size(), bytes - done), to + done);
    }
}

std::string Run::hash(const Json& asked) const {
    const std::string algorithm(asked["algorithm"].text());
    static constexpr const char* kKnown[] = {"sha1", "sha256", "sha512", "md5"};
    if (std::find(std::begin(kKnown), std::end(kKnown), algorithm) == std::end(kKnown)) return {};
    const std::string_view data = op_.host().transform("unhex/1", asked["data"].text());
    const Json key = asked["key"];
    if (!key.is_string()) return turnpike::JsonValue(op_.host().hex(op_.host().digest(algorithm, data))).text();
    if (algorithm == "md5") return {};
    const std::string_view secret = op_.host().transform("unhex/1", key.text());
    return turnpike::JsonValue(op_.host().hex(op_.host().hmac("hmac-" + algorithm, turnpike::Key::bytes(secret), data))).text();
}

/// {} reads what scripts set, {key, value} sets; the values are kept sealed, and only in live mode.
std::string Run::environment(const Json& asked) {
    const Json known(op_.host(), environment_.empty() ? "{}" : std::string_view(environment_));
    if (!asked["key"].is_string()) return json_text(known);
    JsonObject changed;
    for (const std::string_view name : known.names()) changed.set(name, known[name].text());
    changed.set(asked["key"].text(), turnpike::cut(asked["value"].text(), 8192));
    environment_ = changed.json();
    if (program_.mode == "live") op_.keep("environment", environment_, 0, turnpike::KeepFor::durable_secret);
    return {};
}

/// {header, prefix?, scheme?, encoding?, parts?, signedAt?}: the key is the setting webhook_secret, whatever a script says.
std::string Run::prove(const Json& claim) {
    if (!op_.has_inbound()) return "false";
    const turnpike::Inbound message = op_.inbound();
    std::string_view signature = message.header(claim["header"].text());
    const std::string_view prefix = claim["prefix"].text();
    if (signature.empty() || signature.substr(0, prefix.size()) != prefix) return "false";
    signature.remove_prefix(prefix.size());
    const std::string_view encoding = claim["encoding"].text_or("hex");
    turnpike::Proof proof(claim["scheme"].text_or("hmac-sha256"), turnpike::Key::setting("webhook_secret"));
    std::deque<std::string> texts;
    const std::vector<Json> parts = claim["parts"].items();
    if (parts.empty()) proof.part(message.body());
    for (const Json& part : parts) {
        const std::string_view text = part.text();
        if (text == "$body") proof.part(message.body());
        else if (text.substr(0, 8) == "$header:") proof.part(message.header(text.substr(8)));
        else proof.part(texts.emplace_back(text));
    }
    proof.claimed(signature, encoding == "base64" ? TPK_BASE64 : encoding == "raw" ? TPK_RAW : TPK_HEX);
    if (const auto at = claim["signedAt"].integer()) proof.signed_at_unix_ms(*at * 1000);
    if (!op_.prove(proof)) return "false";
    proven_ = true;
    return "true";
}

}  // namespace script
