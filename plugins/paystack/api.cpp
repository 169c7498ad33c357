#include "api.hpp"

namespace paystack {
namespace {

constexpr std::string_view kBase = "https://api.paystack.co";

}  // namespace

turnpike::Request get(const std::string& private_key, std::string_view label,
                      const std::string& path, const turnpike::Form& query) {
    return turnpike::Request("GET", turnpike::with_query(std::string(kBase) + path, query))
        .label(label)
        .bearer(private_key);
}

turnpike::Request post(const std::string& private_key, std::string_view label,
                       const std::string& path, const turnpike::JsonObject& body) {
    return turnpike::Request("POST", std::string(kBase) + path)
        .label(label)
        .bearer(private_key)
        .json(body);
}

turnpike::Json data_of(const turnpike::Answer& answer) {
    if (!answer.ok()) throw error_of(answer);
    const turnpike::Json envelope = answer.json();
    if (envelope["status"].is_false()) throw error_of(answer);
    if (!envelope["status"].is_true() || !envelope["data"]) throw turnpike::garbage(answer);
    return envelope["data"];
}

turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request) {
    const turnpike::Answer answer = co_await op.http(request);
    co_return data_of(answer);
}

turnpike::Money from_wire(int64_t amount, std::string_view currency) {
    return {amount, 2, currency};
}

int64_t to_wire(const turnpike::Money& money) {
    const auto scaled = money.rescaled(2);
    if (!scaled) {
        throw turnpike::Error(turnpike::ErrorKind::input,
                              "Paystack cannot charge this amount exactly.")
            .field("/amount")
            .no_effect();
    }
    return scaled->minor();
}

}  // namespace paystack
