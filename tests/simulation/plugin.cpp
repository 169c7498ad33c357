#include "tests/simulation/plugin.hpp"

#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::simulation {
namespace {

using json::Value;
using plugins::Outcome;
using plugins::Step;

Outcome done(const Value& result) {
    Outcome out;
    out.verdict = plugins::Done{json::write(result)};
    return out;
}

Outcome failed(plugins::ErrorKind kind, plugins::Effect effect) {
    plugins::PluginError error;
    error.kind = kind;
    error.effect = effect;
    error.hint = "the provider did not do it";
    Outcome out;
    out.verdict = error;
    return out;
}

Outcome ask(const std::string& method, const std::string& path, const Value& body, plugins::RetryClass retry) {
    plugins::HttpRequest request;
    request.method = method;
    request.url = std::string("https://") + kProviderHost + path;
    if (method == "POST") request.body = json::write(body);
    request.label = "ask";
    request.retry = retry;
    Outcome out;
    out.verdict = std::move(request);
    return out;
}

int64_t minor_of(const Value& input, std::string_view name) {
    const Value* money = input.find(name);
    return money ? std::stoll(money->text("minor")) : 0;
}

config::Manifest make_manifest(Flow flow, Lists lists) {
    config::Manifest out;
    out.id = out.id_space = "simulated";
    out.operations = {{"payment.create/1", flow == Flow::direct}, {"payment.query/1"}, {"refund.create/1", true}, {"refund.query/1"}, {"webhook.handle/1"}};
    if (lists == Lists::yes) out.operations.push_back({"transactions.list/1"});
    out.currencies = {{"USD", "", "", ""}};
    out.webhook.auth = "prove";
    return out;
}

class Plugin final : public plugins::Instance {
  public:
    Plugin(std::string integration, Flow flow, Lists lists) : integration_(std::move(integration)), flow_(flow), manifest_(make_manifest(flow, lists)) {}

    Outcome step(const Step& step) const override {
        if (step.op == "webhook.handle/1") return handle(step);
        const Value input = json::read(step.input_json).value();
        return step.events.empty() ? request(step, input) : conclude(step, input);
    }
    const config::Manifest& manifest() const override { return manifest_; }

  private:
    Outcome handle(const Step& step) const {
        auto body = json::read(step.inbound->body);
        if (!body) return failed(plugins::ErrorKind::forged, plugins::Effect::none);
        Outcome out = done(Value::object({{"observations", Value::array({std::move(*body)})}}));
        out.proven = true;
        return out;
    }
    Outcome request(const Step& step, const Value& input) const {
        const std::string& op = step.op;
        const std::string reference = input.text("reference");
        if (op == "payment.create/1") {
            Value body = Value::object({{"reference", reference}, {"integration", integration_}, {"total", minor_of(input, "total")}, {"return_url", input.text("return_url")}});
            if (flow_ == Flow::direct) body.set("direct", step.idempotency_key);
            return ask("POST", "/sales", body, plugins::RetryClass::if_unsent);
        }
        if (op == "refund.create/1")
            return ask("POST", "/refunds", Value::object({{"refund", input.text("refund")}, {"reference", reference}, {"minor", minor_of(input, "amount")}}), plugins::RetryClass::if_unsent);
        if (op == "refund.query/1") return ask("GET", "/refund?ref=" + input.text("refund"), {}, plugins::RetryClass::idempotent);
        if (op == "payment.query/1") return ask("GET", "/sale?reference=" + reference, {}, plugins::RetryClass::idempotent);
        const auto ms = [&](const char* name) { return std::to_string(input.find(name)->integer().value()); };
        return ask("GET", "/list?from=" + ms("from_unix_ms") + "&to=" + ms("to_unix_ms"), {}, plugins::RetryClass::idempotent);
    }
    Outcome conclude(const Step& step, const Value& input) const {
        const plugins::Event& event = step.events.back();
        if (event.kind != plugins::EventKind::response) return failed(plugins::ErrorKind::provider, event.sent == plugins::Sent::no ? plugins::Effect::none : plugins::Effect::unknown);
        if (event.response.status == 422) return failed(plugins::ErrorKind::declined, plugins::Effect::none);
        if (event.response.status == 404) return done(unknown(step.op, input, step.now_unix_ms));
        auto body = json::read(event.response.body);
        if (event.response.status != 200 || !body) return failed(plugins::ErrorKind::provider, plugins::Effect::unknown);
        if (step.op == "payment.create/1" && flow_ == Flow::redirect) body->set("next_action", Value::object({{"type", "redirect"}, {"url", std::string("https://") + kProviderHost + "/pay"}}));
        return done(*body);
    }
    /// The provider knows nothing of it.  A sale that it never heard of failed; a refund says nothing of its payment.
    static Value unknown(const std::string& op, const Value& input, int64_t now_ms) {
        const bool sale = op == "payment.query/1";
        return Value::object({{"reference", input.text("reference")}, {"mode", "test"}, {"status", sale ? "failed" : "pending"}, {"reason", "not_found"}, {"as_of_unix_ms", sale ? now_ms : 1}});
    }

    std::string integration_;
    Flow flow_;
    config::Manifest manifest_;
};

}  // namespace

plugins::InstancePtr make_plugin(std::string integration, Flow flow, Lists lists) { return std::make_shared<Plugin>(std::move(integration), flow, lists); }

}  // namespace turnpike::simulation
