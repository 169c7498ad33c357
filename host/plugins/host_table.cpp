#include "host/plugins/host_table.hpp"

#include "host/base/encoding.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/plugins/collector.hpp"
#include "host/plugins/crypto_services.hpp"
#include "host/plugins/prove.hpp"
#include "host/plugins/read_request.hpp"
#include "host/plugins/transforms.hpp"
#include "host/plugins/views.hpp"

namespace turnpike::plugins {
namespace {

constexpr size_t kServiceJsonMax = 1u << 20;
constexpr size_t kResultJsonMax = 8u << 20;
constexpr uint32_t kWaitMaxMs = 10000;

/// Every host function runs its body here: nothing may throw into a plugin.
template <class Body>
auto guarded(tpk_out* out, Body&& body) noexcept -> decltype(body(*out->collector)) {
    try {
        return body(*out->collector);
    } catch (...) {
        out->collector->fault("The host ran out of memory in a service.");
        return decltype(body(*out->collector))();
    }
}

void host_http(tpk_out* out, const tpk_http_request* request) noexcept {
    guarded(out, [&](Collector& c) {
        std::string wrong;
        auto read = read_request(*request, wrong);
        if (!read) c.fault(std::move(wrong));
        else c.decide(std::move(*read));
        return 0;
    });
}

void host_call(tpk_out* out, tpk_str service, tpk_str request) noexcept {
    guarded(out, [&](Collector& c) {
        if (request.len > kServiceJsonMax || !json::read(view_of(request))) c.fault("The plugin's call of a service is no JSON.");
        else c.decide(Call{std::string(view_of(service)), std::string(view_of(request))});
        return 0;
    });
}

void host_wait(tpk_out* out, uint32_t delay_ms) noexcept {
    guarded(out, [&](Collector& c) {
        if (delay_ms > kWaitMaxMs) c.fault("The plugin asked to wait longer than 10 seconds.");
        else c.decide(Wait{delay_ms});
        return 0;
    });
}

void host_done(tpk_out* out, tpk_str result) noexcept {
    guarded(out, [&](Collector& c) {
        if (result.len > kResultJsonMax) return c.fault("The plugin's result is larger than 8 MiB."), 0;
        const auto value = json::read(view_of(result));
        if (!value) c.fault("The plugin's result is no JSON: " + value.error().message + ".");
        else if (!value->is_object()) c.fault("The plugin's result is no JSON object.");
        else c.decide(Done{std::string(view_of(result))});
        return 0;
    });
}

void host_fail(tpk_out* out, const tpk_error* error) noexcept {
    guarded(out, [&](Collector& c) {
        std::string wrong;
        auto read = read_error(*error, wrong);
        if (!read) c.fault(std::move(wrong));
        else c.decide(std::move(*read));
        return 0;
    });
}

void host_keep(tpk_out* out, uint32_t after_event, tpk_str key, tpk_str value, uint32_t ttl_s, uint32_t flags) noexcept {
    guarded(out, [&](Collector& c) {
        if (!is_utf8(view_of(key)) || !is_utf8(view_of(value)) || key.len == 0) return c.fault("The plugin keeps what is no UTF-8."), 0;
        // A re-run from the top says again what was kept long ago: only the newest event's decisions count.
        if (after_event != c.event_count()) return 0;
        c.outcome().keeps.push_back({after_event, std::string(view_of(key)), std::string(view_of(value)), ttl_s,
                                     (flags & TPK_KEEP_SECRET) != 0, (flags & TPK_KEEP_DURABLE) != 0});
        return 0;
    });
}

void host_reply(tpk_out* out, uint32_t status, const tpk_header* headers, uint32_t count, tpk_bytes body) noexcept {
    guarded(out, [&](Collector& c) {
        std::vector<Header> read;
        if (status < 200 || status > 599 || !read_headers(headers, count, read)) return c.fault("The plugin's reply is no HTTP answer."), 0;
        c.outcome().reply = ExactReply{status, std::move(read), std::string(view_of(body))};
        return 0;
    });
}

int give(Collector& c, std::optional<std::string> bytes, tpk_bytes* result) {
    *result = {};
    if (!bytes) return 0;
    *result = bytes_of(c.lend(std::move(*bytes)));
    return 1;
}

int host_prove(tpk_out* out, const tpk_proof* proof, tpk_bytes* opened) noexcept {
    return guarded(out, [&](Collector& c) {
        if (opened) *opened = {};
        Proven result = check_proof(c, *proof, KeySource::setting_only);
        if (!result.yes) return 0;
        c.outcome().proven = true;
        if (opened && result.opened) give(c, std::move(result.opened), opened);
        return 1;
    });
}

int host_verify(tpk_out* out, const tpk_proof* proof, tpk_bytes* opened) noexcept {
    return guarded(out, [&](Collector& c) {
        if (opened) *opened = {};
        Proven result = check_proof(c, *proof, KeySource::setting_or_bytes);
        if (result.yes && opened && result.opened) give(c, std::move(result.opened), opened);
        return result.yes ? 1 : 0;
    });
}

void host_log(tpk_out* out, uint32_t level, tpk_str message) noexcept {
    guarded(out, [&](Collector& c) {
        constexpr size_t kLinesMax = 32;
        constexpr size_t kLineMax = 2048;
        if (c.outcome().logs.size() < kLinesMax && is_utf8(view_of(message)))
            c.outcome().logs.push_back({level, std::string(view_of(message).substr(0, kLineMax))});
        return 0;
    });
}

int host_hmac(tpk_out* out, tpk_str scheme, const tpk_key* key, tpk_bytes data, tpk_bytes* result) noexcept {
    return guarded(out, [&](Collector& c) {
        return give(c, use_key(c, KeyUse::Kind::hmac, view_of(scheme), *key, view_of(data)), result);
    });
}

int host_digest(tpk_out* out, tpk_str scheme, tpk_bytes data, tpk_bytes* result) noexcept {
    return guarded(out, [&](Collector& c) { return give(c, digest_of(view_of(scheme), view_of(data)), result); });
}

int host_sign(tpk_out* out, tpk_str scheme, const tpk_key* key, tpk_bytes data, tpk_bytes* result) noexcept {
    return guarded(out, [&](Collector& c) {
        return give(c, use_key(c, KeyUse::Kind::sign, view_of(scheme), *key, view_of(data)), result);
    });
}

int host_transform(tpk_out* out, tpk_str name, tpk_bytes data, tpk_bytes* result) noexcept {
    return guarded(out, [&](Collector& c) { return give(c, transform(view_of(name), view_of(data)), result); });
}

uint32_t kind_of(Collector& c, const json::Value& v, tpk_str* value) {
    if (v.is_null()) return TPK_JSON_NULL;
    if (auto text = v.string()) return *value = str_of(*text), TPK_JSON_STRING;
    if (auto digits = v.number_text()) return *value = str_of(*digits), TPK_JSON_NUMBER;
    if (auto flag = v.boolean()) return *value = str_of(*flag ? "true" : "false"), TPK_JSON_BOOL;
    *value = str_of(c.text_of(v));
    return v.is_array() ? TPK_JSON_ARRAY : TPK_JSON_OBJECT;
}

uint32_t host_json(tpk_out* out, tpk_bytes document, tpk_str pointer, tpk_str* value) noexcept {
    const uint32_t kind = guarded(out, [&](Collector& c) -> uint32_t {
        *value = {};
        const json::Value* root = c.document(view_of(document));
        if (!root) return TPK_JSON_ERROR;
        const json::Value* found = root->at_pointer(view_of(pointer));
        return found ? kind_of(c, *found, value) : TPK_JSON_ABSENT;
    });
    return kind;
}

}  // namespace

const tpk_host* host_table() {
    static const tpk_host table = {sizeof(tpk_host), TPK_ABI_MINOR, TPK_STR_INIT("turnpike"), TPK_STR_INIT("0.1.0"),
                                   host_http, host_call, host_wait, host_done, host_fail, host_keep, host_reply, host_prove,
                                   host_log, host_hmac, host_digest, host_sign, host_verify, host_transform, host_json};
    return &table;
}

}  // namespace turnpike::plugins
