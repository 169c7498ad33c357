#include "api.hpp"

namespace razorpay {
namespace {

constexpr std::string_view kBase = "https://api.razorpay.com/v1";

}  // namespace

turnpike::Request get(const turnpike::Op& op, const Keys& keys, std::string_view label,
                      const std::string& path, const turnpike::Form& query) {
    return turnpike::Request("GET", turnpike::with_query(std::string(kBase) + path, query))
        .label(label)
        .basic(op.host(), keys.id, keys.secret);
}

turnpike::Request post(const turnpike::Op& op, const Keys& keys, std::string_view label,
                       const std::string& path, const turnpike::JsonObject& body) {
    return turnpike::Request("POST", std::string(kBase) + path)
        .label(label)
        .basic(op.host(), keys.id, keys.secret)
        .json(body);
}

turnpike::Task<turnpike::Json> fetch(turnpike::Op& op, turnpike::Request request) {
    const turnpike::Answer answer = co_await op.http(request);
    if (!answer.ok()) throw error_of(answer);
    const turnpike::Json object = answer.json();
    if (!object.is_object() || object["entity"].text().empty()) throw turnpike::garbage(answer);
    co_return object;
}

}  // namespace razorpay
