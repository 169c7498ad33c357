#include "tools/sandbox/core/desk.hpp"

#include <chrono>
#include <stdexcept>

namespace sandbox {

Desk::Desk(const Surroundings& surroundings, std::string id, std::vector<std::string> hosts)
    : delivery_(surroundings.delivery), id_(std::move(id)), hosts_(std::move(hosts)) {
    state_["hooks"] = Json::object();
    Desk::reset(surroundings.seed);
}

void Desk::reset(uint64_t seed) {
    random_.seed(seed);
    const Json hooks = state_.at("hooks");
    state_ = {{"hooks", hooks}, {"payments", Json::object()}, {"sent", Json::array()}};
}

int64_t Desk::now_s() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string Desk::new_id(const std::string& prefix, size_t length, const char* alphabet) {
    static constexpr char kAll[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const std::string from = alphabet ? alphabet : kAll;
    std::string out = prefix;
    for (size_t i = 0; i < length; ++i) out += from[random_() % from.size()];
    return out;
}

Json& Desk::open(const std::string& id, const std::string& reference, int64_t amount, const std::string& currency) {
    payments()[id] = {{"id", id}, {"reference", reference}, {"amount", amount}, {"currency", currency}, {"captured", 0}, {"refunded", 0}, {"fee", 0},
                      {"status", "open"}, {"capture_id", ""}, {"at", now_s()}, {"names", Json::array({id, reference})}, {"refunds", Json::array()}, {"x", Json::object()}};
    return payments()[id];
}

Json* Desk::find(const std::string& name) {
    if (name.empty()) return nullptr;
    Json* found = nullptr;
    for (auto& [id, payment] : payments().items())
        for (const Json& known : payment["names"])
            if (known == name) found = &payment;
    return found;
}

void Desk::capture(Json& payment, int64_t amount, int64_t fee, const std::string& capture_id) {
    payment["captured"] = payment["captured"].get<int64_t>() + amount;
    payment["fee"] = payment["fee"].get<int64_t>() + fee;
    payment["status"] = "paid";
    payment["capture_id"] = capture_id;
    payment["captured_at"] = now_s();
    name(payment, capture_id);
}

Json& Desk::book_refund(Json& payment, const std::string& id, int64_t amount, const std::string& status) {
    payment["refunds"].push_back({{"id", id}, {"amount", amount}, {"status", status}, {"at", now_s()}});
    payment["refunded"] = payment["refunded"].get<int64_t>() + amount;
    return payment["refunds"].back();
}

Json Desk::ledger() const {
    Json out = Json::array();
    for (const auto& entry : state_.at("payments").items()) {
        const Json& p = entry.value();
        const std::string currency = p.at("currency").get<std::string>();
        const int decimals = decimals_of(currency);
        auto row = [&](const Json& row_id, const char* kind, int64_t amount, int64_t fee, const Json& at, const Json& status) {
            out.push_back({{"id", row_id}, {"kind", kind}, {"reference", p.at("reference")}, {"amount", decimal(amount, decimals)}, {"currency", currency},
                           {"fee", decimal(fee, decimals)}, {"at", at}, {"payment", p.at("id")}, {"status", status}});
        };
        if (p.at("captured").get<int64_t>() > 0) row(p.at("capture_id"), "payment", p.at("captured").get<int64_t>(), p.at("fee").get<int64_t>(), p.at("at"), "succeeded");
        for (const Json& r : p.at("refunds")) row(r.at("id"), "refund", r.at("amount").get<int64_t>(), 0, r.at("at"), r.at("status"));
    }
    return out;
}

Response Desk::act(const Json& action) {
    const std::string what = action.at("action").get<std::string>();
    Json* payment = find(action.value("payment", action.value("reference", std::string())));
    if (!payment) return json_response(404, {{"error", "there is no such payment"}});
    if (what == "pay") pay(*payment);
    else if (what == "decline") decline(*payment);
    else if (what == "cancel") cancel(*payment);
    else if (what == "refund") return json_response(200, refund(*payment, action.value("amount", int64_t{0}), action));
    else if (!other_action(what, *payment, action)) return json_response(400, {{"error", "there is no action " + what}});
    return json_response(200, *payment);
}

void Desk::send(const std::string& body, const Json& headers, const std::string& content_type, const std::string& url) {
    // Some providers speak other charsets: the bytes are kept as they are, in a form that any JSON can hold.
    state_["sent"].push_back({{"body", hex_of(body)}, {"headers", headers}, {"type", content_type}, {"url", url}});
    deliver(state_["sent"].back());
}

void Desk::deliver(const Json& sent) {
    const std::string body = bytes_of(sent.at("body").get<std::string>());
    const std::string type = sent.at("type").get<std::string>();
    const Json more = sent.at("headers");
    auto to = [&](const std::string& url) {
        delivery_.send({url, body, [sign = signer(url), body, type, more](bool spoil) {
            Headers headers = sign(body, spoil);
            headers.emplace_back("Content-Type", type);
            for (const auto& [name, value] : more.items()) headers.emplace_back(name, value.get<std::string>());
            return headers;
        }}, dials_);
    };
    if (const std::string own = sent.at("url").get<std::string>(); !own.empty()) return to(own);
    for (const auto& [name, url] : state_["hooks"].items()) to(url.get<std::string>());
}

Response Desk::events(const Json& what) {
    Json all = state_["sent"];
    if (what.value("reorder", false)) std::reverse(all.begin(), all.end());
    for (const Json& sent : all) deliver(sent);
    return json_response(200, {{"sent", all.size()}});
}

std::string pay_page(const std::string& provider, const Json& payment, const std::string& path) {
    const std::string currency = payment["currency"].get<std::string>();
    auto button = [&](const char* action, const char* text) {
        return "<form method=\"post\" action=\"" + html_escaped(path) + "/" + action + "\"><button id=\"" + action + "\">" + text + "</button></form>";
    };
    return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>" + html_escaped(provider) + " (emulated)</title><style>body{font:16px sans-serif;max-width:24rem;margin:3rem auto}"
           "button{font:inherit;padding:.6rem 1.2rem;margin:.3rem 0;width:100%}</style><h1>" + html_escaped(provider) + "</h1><p>Emulated: no card is asked for and no money moves.</p><p>Total <b>" +
           decimal(payment["amount"].get<int64_t>(), decimals_of(currency)) + " " + html_escaped(currency) + "</b></p>" + button("pay", "Pay") + button("decline", "Decline") + button("cancel", "Cancel") + "</html>";
}

Json form_object(const std::string& text) {
    Json out = Json::object();
    for (const auto& [name, value] : parse_form(text)) out[name] = value;
    return out;
}

std::vector<std::string> path_parts(const std::string& path) {
    std::vector<std::string> out;
    for (size_t from = 1; from < path.size();) {
        const size_t slash = std::min(path.find('/', from), path.size());
        out.push_back(percent_decoded(path.substr(from, slash - from)));
        from = slash + 1;
    }
    return out;
}

}  // namespace sandbox
