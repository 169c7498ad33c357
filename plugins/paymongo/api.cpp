#include "api.hpp"

namespace paymongo {
namespace {

constexpr std::string_view kBase = "https://api.paymongo.com/v1";

}  // namespace

turnpike::Request get(const turnpike::Op& op, const std::string& private_key,
                      std::string_view label, const std::string& path,
                      const turnpike::Form& query) {
    return turnpike::Request("GET", turnpike::with_query(std::string(kBase) + path, query))
        .label(label)
        .basic(op.host(), private_key, "");
}

turnpike::Request post(const turnpike::Op& op, const std::string& private_key,
                       std::string_view label, const std::string& path,
                       const turnpike::JsonObject& attributes) {
    turnpike::JsonObject data;
    data.set("attributes", attributes);
    turnpike::JsonObject body;
    body.set("data", data);
    return turnpike::Request("POST", std::string(kBase) + path)
        .label(label)
        .basic(op.host(), private_key, "")
        .header("Idempotency-Key", op.idempotency_key())
        .json(body);
}

turnpike::Json data_of(const turnpike::Answer& answer) {
    if (!answer.ok()) throw error_of(answer);
    const turnpike::Json data = answer.json()["data"];
    if (!data.is_object() && !data.is_array()) throw turnpike::garbage(answer);
    return data;
}

turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request) {
    const turnpike::Answer answer = co_await op.http(request);
    co_return data_of(answer);
}

turnpike::Money pesos(int64_t centavos) { return {centavos, 2, "PHP"}; }

}  // namespace paymongo
