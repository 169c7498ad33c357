#include "host/scripting/services.hpp"

#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/scripting/rest.hpp"

namespace turnpike::scripting {
namespace {

using json::Value;

}  // namespace

void Services::call(const exchange::ServiceCall& call, std::function<void(std::optional<std::string>)> then) {
    const payments::IntegrationPtr integration = deps_.integrations.find(call.integration);
    const bool scripted = integration && integration->manifest().category == config::Category::script;
    if (!scripted) return then(std::nullopt);
    const Value request = json::read(call.request_json).value_or(Value::object());
    const Value* value = request.find("value");
    const Value asked = value ? *value : Value::object();
    auto answer = [then](Result<Value> said) {
        then(json::write(said ? Value::object({{"value", *said}}) : Value::object({{"error", said.error().detail}})));
    };
    if (call.service == "script.kv") return kv(deps_.store, call.integration, asked, answer);
    if (call.service == "script.rest") return rest(deps_, *integration, asked, answer);
    if (call.service == "script.email") return email(*integration, asked, answer);
    then(std::nullopt);
}

/// Test mode sends nothing and says what it would have sent.
void Services::email(const payments::Integration& integration, const Value& asked, ValueThen then) {
    const auto mail = read_mail(asked);
    if (!mail) return then(Failure(mail.error()));
    if (integration.source.mode() == "test") return then(Value::object({{"sent", false}, {"dry_run", true}, {"to", mail->to}, {"subject", mail->subject}}));
    mailer_.send(*mail, deps_.store.clock().now_ms(), std::move(then));
}

}  // namespace turnpike::scripting
