// One small provider and everything that can be wrong with a plugin, one fault a build: ZOO_FAULT names it.  The faults
// are data for `turnpike-plugin check` (zoo.json says which claim must find each) and for the tests of the worker.
#include "zoo.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "turnpike_manifest.h"

namespace {

using namespace zoo;

const tpk_host* host;

struct Instance {
    std::string api_key;
    mutable unsigned long steps = 0;
};

tpk_str str(const char* text, size_t size) { return {text, size}; }
tpk_str str(const std::string& text) { return {text.data(), text.size()}; }
tpk_bytes bytes(tpk_str s) { return {reinterpret_cast<const uint8_t*>(s.ptr), s.len}; }
std::string text(tpk_str s) { return s.len ? std::string(s.ptr, s.len) : std::string(); }

std::string json_text(tpk_out* out, tpk_bytes document, const char* pointer) {
    tpk_str value = {nullptr, 0};
    const uint32_t kind = host->json(out, document, str(pointer, std::strlen(pointer)), &value);
    return kind == TPK_JSON_STRING || kind == TPK_JSON_NUMBER ? text(value) : std::string();
}

tpk_instance* create(const tpk_host* given, tpk_str config, tpk_out* out) {
    host = given;
    auto* made = new Instance;
    made->api_key = json_text(out, bytes(config), "/settings/api_key");
    return reinterpret_cast<tpk_instance*>(made);
}

void destroy(tpk_instance* instance) { delete reinterpret_cast<Instance*>(instance); }

void fail(const tpk_step* s, uint32_t kind, const std::string& hint, uint32_t effect = TPK_EFFECT_UNKNOWN) {
    tpk_error error{};
    error.size = sizeof error;
    error.kind = kind;
    error.effect = effect;
    error.hint = str(hint);
    host->fail(s->out, &error);
}

void send(const tpk_step* s, const Instance& self, const char* method, std::string url, std::string label, const std::string& body) {
    if (kFault == kSecretInUrl) url += "?key=" + self.api_key;
    if (kFault == kSecretInLabel) label += self.api_key;
    if (kFault == kOtherHost) url = "https://elsewhere.example/collect";
    if (kFault == kPlainHttp) url.replace(0, 5, "http");
    const std::string bearer = "Bearer " + self.api_key;
    const tpk_header header = {TPK_STR_INIT("Authorization"), str(bearer), TPK_HEADER_SENSITIVE, 0};
    tpk_http_request r{};
    r.size = sizeof r;
    r.retry = TPK_RETRY_NEVER;
    r.method = str(method, std::strlen(method));
    r.url = str(url);
    r.headers = &header;
    r.header_count = 1;
    r.body = bytes(str(body));
    r.label = str(label);
    if (kFault == kWrongSize) r.size = 8;
    host->http(s->out, &r);
}

const tpk_event* event(const tpk_step* s, uint32_t n) {
    return reinterpret_cast<const tpk_event*>(reinterpret_cast<const char*>(s->events) + size_t{n} * s->event_stride);
}

/// An answer of 200 with a JSON object; else empty.
tpk_bytes answered(const tpk_step* s, uint32_t n) {
    const tpk_event* e = event(s, n);
    if (kFault == kTrustsEvents && e->kind != TPK_EVENT_RESPONSE) return e->response->body;
    if (e->kind != TPK_EVENT_RESPONSE || !e->response || e->response->status != 200) return {nullptr, 0};
    return e->response->body;
}

std::string observation(tpk_out* out, tpk_bytes order, const tpk_step* s) {
    const bool html_is_fine = kFault == kPaidOnHtml && order.len > 0 && order.ptr[0] == '<';
    const bool paid = html_is_fine || json_text(out, order, "/state") == "paid";
    const std::string id = html_is_fine ? "o_1" : json_text(out, order, "/id");
    std::string o = "{\"mode\":\"test\",\"as_of_unix_ms\":" + std::to_string(s->now_unix_ms) + ",\"reference\":\"" + json_text(out, order, "/reference") +
                    "\",\"provider_reference\":\"" + id + "\",\"status\":\"" + (paid ? "succeeded" : "pending") + "\"";
    const std::string cents = html_is_fine ? "100" : json_text(out, order, "/cents");
    const std::string amount = kFault == kFloatAmount ? "10.59" : "{\"minor\":\"" + cents + "\",\"exponent\":2,\"currency\":\"USD\"}";
    if (paid) o += ",\"effects\":[{\"kind\":\"capture\",\"id\":\"" + id + "\",\"amount\":" + amount + "}]";
    if (kFault == kRepeatsMember) o += ",\"status\":\"pending\"";
    if (kFault == kUnknownMember) o += ",\"credit_twice\":true";
    return o + "}";
}

void finish(const tpk_step* s, std::string result) {
    if (kFault == kHugeAnswer) result = "{\"a\":\"" + std::string(size_t{2} << 30, 'x') + "\"}";
    if (kFault == kNoVerdict) return;
    host->done(s->out, str(result));
    if (kFault == kTwoVerdicts) host->done(s->out, str(result));
}

void create_payment(const tpk_step* s, const Instance& self) {
    if (s->event_count == 0) return send(s, self, "POST", "https://api.zoo.example/token", "token", "{}");
    const std::string token = json_text(s->out, answered(s, 0), "/token");
    if (token.empty()) return fail(s, TPK_ERR_PROVIDER, "Zoo gave no token.");
    const uint32_t decided = kFault == kWritesAgain ? s->event_count : 1;
    host->keep(s->out, decided, TPK_STR_INIT("token"), str(token), 600, TPK_KEEP_SECRET);
    const std::string reference = json_text(s->out, bytes(s->input_json), "/reference");
    if (kFault == kRacyInstance) {
        self.steps = std::hash<std::string>()(reference);
        idle_us(50);
    }
    if (kFault == kOtherBytes) ++self.steps;
    const bool impure = kFault == kOtherBytes || kFault == kReadsClock || kFault == kRacyInstance;
    const std::string extra = impure ? ",\"n\":" + std::to_string(self.steps) : "";
    if (s->event_count == 1) return send(s, self, "POST", "https://api.zoo.example/orders", "order.create", "{\"reference\":\"" + reference + "\"" + extra + "}");
    const tpk_event* last = event(s, 1);
    if (kFault == kFailedAfterMaybe && last->kind == TPK_EVENT_FAILED) return fail(s, TPK_ERR_PROVIDER, "No answer.", TPK_EFFECT_NONE);
    const tpk_bytes order = answered(s, 1);
    const bool html_is_fine = kFault == kPaidOnHtml && order.len > 0 && order.ptr[0] == '<';
    if (!html_is_fine && json_text(s->out, order, "/id").empty()) return fail(s, TPK_ERR_PROVIDER, kFault == kSecretInHint ? "Zoo refused " + self.api_key : "Zoo gave no order.");
    finish(s, observation(s->out, order, s));
}

int proven(const tpk_step* s, tpk_str signature) {
    const tpk_bytes part = s->inbound->body;
    tpk_proof proof{};
    proof.size = sizeof proof;
    proof.claimed_encoding = TPK_HEX;
    proof.scheme = TPK_STR_INIT("hmac-sha256");
    proof.key.setting = TPK_STR_INIT("webhook_key");
    proof.parts = &part;
    proof.part_count = 1;
    proof.claimed = bytes(signature);
    if (kFault != kWrongKey) return host->prove(s->out, &proof, nullptr);
    // A key of its own: whoever reads the plugin can sign.
    proof.key.setting = {nullptr, 0};
    proof.key.bytes = bytes(str("zoo-fixture-key", 15));
    return host->verify(s->out, &proof, nullptr);
}

void handle_webhook(const tpk_step* s) {
    tpk_str signature = {nullptr, 0};
    for (uint32_t i = 0; i < s->inbound->header_count; ++i)
        if (text(s->inbound->headers[i].name) == "Zoo-Signature") signature = s->inbound->headers[i].value;
    if (kFault != kNoProof && !proven(s, signature)) return fail(s, TPK_ERR_FORGED, "Zoo-Signature does not fit.");
    if (json_text(s->out, s->inbound->body, "/id") == "crash") std::abort();
    finish(s, "{\"observations\":[" + observation(s->out, s->inbound->body, s) + "]}");
}

void step(const tpk_instance* instance, const tpk_step* s) {
    const auto& self = *reinterpret_cast<const Instance*>(instance);
    misbehave(self.steps);
    const std::string op = text(s->op);
    if (op == "payment.create/1") return create_payment(s, self);
    if (op == "webhook.handle/1") return handle_webhook(s);
    if (kFault == kAnswersAnything) return finish(s, "{}");
    fail(s, TPK_ERR_UNSUPPORTED, "Zoo has no " + op + ".", TPK_EFFECT_NONE);
}

}  // namespace

#define ZOO_PROVIDER                                                                                                              \
    {kFault == kWrongMagic ? 1u : TPK_MAGIC, kFault == kOldProvider ? 40u : static_cast<uint32_t>(sizeof(tpk_provider)), TPK_ABI_MINOR, \
     kFault == kNewerAbi ? 99u : 0u, {turnpike_manifest, sizeof turnpike_manifest - (kFault == kOtherManifest ? 1 : 0)},          \
     TPK_STR_INIT("zoo/1"), create, step, destroy}

extern "C" {
#ifdef ZOO_OLD_MAJOR
TPK_EXPORT extern const tpk_provider turnpike_provider_v0;
const tpk_provider turnpike_provider_v0 = ZOO_PROVIDER;
#else
const tpk_provider turnpike_provider_v1 = ZOO_PROVIDER;
#endif
}
