#include "host/json/write.hpp"
#include "host/plugins/host_table.hpp"
#include "host/plugins/views.hpp"
#include "host/worker/host_desk.hpp"

namespace turnpike::worker {
namespace {

using plugins::str_of;

std::vector<tpk_header> headers_of(const std::vector<plugins::Header>& from) {
    std::vector<tpk_header> out;
    out.reserve(from.size());
    for (const plugins::Header& h : from) out.push_back({str_of(h.name), str_of(h.value), h.sensitive ? TPK_HEADER_SENSITIVE : 0u, 0});
    return out;
}

/// The five verdicts as calls of the host's table.
struct Say {
    tpk_out* out;
    const tpk_host& host = *plugins::host_table();

    void operator()(const plugins::HttpRequest& r) const {
        const auto headers = headers_of(r.headers);
        json::Value names = json::Value::array();
        for (const std::string& name : r.redact) names.push(name);
        const std::string redact = r.redact.empty() ? "" : json::write(names);
        tpk_http_request request{};
        request.size = sizeof request;
        request.flags = (r.secret_answer ? TPK_HTTP_SECRET_ANSWER : 0u) | (r.long_poll ? TPK_HTTP_LONG_POLL : 0u);
        request.retry = static_cast<uint32_t>(r.retry);
        request.timeout_ms = r.timeout_ms;
        request.method = str_of(r.method);
        request.url = str_of(r.url);
        request.headers = headers.data();
        request.header_count = static_cast<uint32_t>(headers.size());
        request.body = plugins::bytes_of(r.body);
        request.label = str_of(r.label);
        request.coalesce_key = str_of(r.coalesce_key);
        request.client_cert = str_of(r.client_cert);
        request.redact = str_of(redact);
        request.send_before_unix_ms = r.send_before_unix_ms;
        host.http(out, &request);
    }
    void operator()(const plugins::Call& c) const { host.call(out, str_of(c.service), str_of(c.request_json)); }
    void operator()(const plugins::Wait& w) const { host.wait(out, w.delay_ms); }
    void operator()(const plugins::Done& d) const { host.done(out, str_of(d.result_json)); }
    void operator()(const plugins::PluginError& e) const {
        const tpk_error error{sizeof(tpk_error), static_cast<uint32_t>(e.kind), e.effect == plugins::Effect::none ? TPK_EFFECT_NONE : TPK_EFFECT_UNKNOWN,
                              e.retry_after_ms, e.http_status, 0, str_of(e.provider_code), str_of(e.provider_message), str_of(e.hint), str_of(e.field)};
        host.fail(out, &error);
    }
};

}  // namespace

plugins::Outcome checked(const plugins::Outcome& said, const plugins::Step& step) {
    static const plugins::SettingTexts kNoSettings;
    plugins::Collector collector(kNoSettings, step.inbound ? &*step.inbound : nullptr, step.now_unix_ms, step.events.size());
    tpk_out out{&collector};
    const tpk_host& host = *plugins::host_table();
    for (const plugins::Keep& k : said.keeps)
        host.keep(&out, k.after_event, str_of(k.key), str_of(k.value), k.ttl_s, (k.secret ? TPK_KEEP_SECRET : 0u) | (k.durable ? TPK_KEEP_DURABLE : 0u));
    for (const plugins::LogLine& line : said.logs) host.log(&out, line.level, str_of(line.message));
    if (said.reply) {
        const auto headers = headers_of(said.reply->headers);
        host.reply(&out, said.reply->status, headers.data(), static_cast<uint32_t>(headers.size()), plugins::bytes_of(said.reply->body));
    }
    std::visit(Say{&out}, said.verdict);
    return collector.take();
}

}  // namespace turnpike::worker
