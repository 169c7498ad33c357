#include "scriptforge.hpp"

namespace script {
namespace {

constexpr size_t kMostRows = 1000;

/// A row as the script made it, its number normalised; ids of other customers stay out.
JsonObject row_of(const Json& from, const std::string& did) {
    JsonObject out;
    out.set("did", did);
    for (const std::string_view name : from.names())
        if (name != "did" && name != "id" && name != "customer_id") out.set(name, turnpike::RawJson{json_text(from[name])});
    return out;
}

/// The numbers of an answer; throws when it is no list of them.
JsonArray rows_of(const Json& value) {
    JsonArray out;
    if (!value) return out;
    if (!value.is_array()) throw Error(ErrorKind::provider, "The script returns a list of objects with did.");
    size_t count = 0;
    for (const Json& one : value.items()) {
        const std::string did = number_of(one["did"].scalar());
        if (did.empty()) throw Error(ErrorKind::provider, "A row of the script has no did that is a number of 3 to 20 digits.");
        if (++count > kMostRows) break;
        out.add(row_of(one, did));
    }
    return out;
}

}  // namespace

std::string number_of(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')') continue;
        if (!(c >= '0' && c <= '9') && !(c == '+' && out.empty())) return {};
        out += c;
    }
    const size_t digits = out.size() - (!out.empty() && out[0] == '+' ? 1 : 0);
    return digits >= 3 && digits <= 20 ? out : std::string();
}

Task<Next> ScriptForge::search(Op& op) const {
    const Ended ended = co_await ask(op, "search", JsonObject().set("number", op.input()["number"].text()).json());
    if (!ended.ok()) co_return fail(error_of(ended, true));
    co_return done(JsonObject().set("numbers", rows_of(Json(op.host(), ended.value))));
}

Task<Next> ScriptForge::list(Op& op) const {
    const Ended ended = co_await ask(op, "list", "{}");
    if (!ended.ok()) co_return fail(error_of(ended, true));
    co_return done(JsonObject().set("numbers", rows_of(Json(op.host(), ended.value))));
}

/// requestId stays the same whenever the host asks again: a driver may keep what it did under it.
Task<Next> ScriptForge::allocate(Op& op) const {
    const std::string did = number_of(op.input().need_text("/did"));
    const Ended ended = co_await ask(op, "allocate", JsonObject().set("did", did).set("requestId", op.idempotency_key()).json());
    if (!ended.ok()) co_return fail(error_of(ended, false));
    const Json value(op.host(), ended.value);
    if (!value.is_object()) throw Error(ErrorKind::provider, "allocate returns an object with did.");
    const std::string got = number_of(value["did"].scalar());
    co_return done(JsonObject().set("number", row_of(value, got.empty() ? did : got)));
}

Task<Next> ScriptForge::release(Op& op) const {
    const std::string did = number_of(op.input().need_text("/did"));
    const Ended ended = co_await ask(op, "release", JsonObject().set("did", did).set("requestId", op.idempotency_key()).json());
    if (!ended.ok()) co_return fail(error_of(ended, false));
    const Json value(op.host(), ended.value);
    if (!value.is_true() && !value.is_false()) throw Error(ErrorKind::provider, "release returns true or false.");
    co_return done(JsonObject().set("released", value.is_true()));
}

}  // namespace script
