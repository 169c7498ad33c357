#include "tools/sandbox/emetec/emetec.hpp"
#include "tools/sandbox/emetec/emulator.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_emetec(const Surroundings& surroundings) { return std::make_unique<emetec::Emetec>(surroundings); }

}  // namespace sandbox

namespace sandbox::emetec {
namespace {

constexpr int64_t kStatusAskedMax = 2;  ///< a minute, for each checkout

constexpr const char* kWidget = R"((function () {
  var script = document.currentScript.src, base = script.substring(0, script.indexOf('/v1/')), id = script.split('checkoutId=')[1];
  var form = document.querySelector('form.paymentWidgets');
  [['pay', 'Pay'], ['decline', 'Decline'], ['cancel', 'Cancel']].forEach(function (one) {
    var button = document.createElement('button');
    button.type = 'button';
    button.id = one[0];
    button.textContent = one[1];
    button.addEventListener('click', function () {
      fetch(base + '/v1/emulated/' + id + '/' + one[0], { method: 'POST' }).then(function () {
        window.location.href = form.action + (form.action.indexOf('?') < 0 ? '?' : '&') + 'id=' + id + '&resourcePath=' + encodeURIComponent('/v1/checkouts/' + id + '/payment');
      });
    });
    form.appendChild(button);
  });
}());
)";

Json result(const std::string& code, const std::string& description) { return {{"result", {{"code", code}, {"description", description}}}, {"buildNumber", "emulated"}, {"timestamp", "2026-01-01 12:00:00+0000"}, {"ndc", "ndc"}}; }

Json wrong(const std::string& name, const std::string& value) {
    Json out = result("200.300.404", "invalid or missing parameter");
    out["result"]["parameterErrors"] = Json::array({{{"name", name}, {"value", value}, {"message", "is invalid"}}});
    return out;
}

/// Two decimals in every currency; the desk counts in the currency's own minor units.
int64_t minor_of(const std::string& text, const std::string& currency) {
    const size_t dot = text.find('.');
    if (dot == std::string::npos || text.size() - dot != 3) return -1;
    const int64_t cents = std::stoll(text.substr(0, dot)) * 100 + std::stoll(text.substr(dot + 1));
    const int decimals = decimals_of(currency);
    return decimals == 0 ? cents / 100 : decimals == 3 ? cents * 10 : cents;
}

std::string wire_text(int64_t minor, const std::string& currency) {
    const int decimals = decimals_of(currency);
    return decimal(decimals == 0 ? minor * 100 : decimals == 3 ? minor / 10 : minor, 2);
}

int http_status_of(const Json& answer) {
    const std::string code = answer["result"]["code"].get<std::string>();
    if (code.rfind("800.900.", 0) == 0) return 401;
    return code.rfind("200.300.", 0) == 0 ? 400 : 200;
}

}  // namespace

Response Emetec::handle(const Request& request) {
    const std::vector<std::string> parts = path_parts(request.path);
    if (parts.size() == 2 && parts[1] == "paymentWidgets.js") return {200, {}, kWidget, "application/javascript", Wire::answer};
    if (parts.size() == 4 && parts[1] == "emulated") {
        Json* one = find(parts[2]);
        if (!one) return json_response(404, result("200.300.404", "no such checkout"));
        if (parts[3] == "pay") pay(*one);
        if (parts[3] == "decline") decline(*one);
        if (parts[3] == "cancel") cancel(*one);
        return {200, {{"Access-Control-Allow-Origin", "*"}}, "{}", "application/json", Wire::answer};
    }
    const Json in = form_object(request.method == "GET" ? request.query : request.body);
    const bool known = request.header("Authorization") == std::string("Bearer ") + kToken && in.value("entityId", "") == kEntity;
    const Json answer = known ? api(request, parts, in) : result("800.900.300", "invalid authentication information");
    return json_response(http_status_of(answer), answer);
}

Json Emetec::api(const Request& request, const std::vector<std::string>& parts, const Json& in) {
    if (parts.size() < 2 || parts[0] != "v1") return wrong("path", request.path);
    if (parts[1] == "checkouts" && parts.size() == 2) return create(in);
    if (parts[1] == "query") return query(parts, in);
    if (parts[1] == "payments" && parts.size() == 3) return back_office(parts[2], in);
    Json* one = parts.size() == 4 ? find(parts[2]) : nullptr;
    return one ? status(*one) : wrong("id", "No payment session found");
}

Json Emetec::create(const Json& in) {
    const std::string currency = in.value("currency", ""), amount = in.value("amount", ""), type = in.value("paymentType", "");
    if (minor_of(amount, currency) <= 0) return wrong("amount", amount);
    if (currency.size() != 3) return wrong("currency", currency);
    if (type != "DB" && type != "PA") return wrong("paymentType", type);
    Json& made = open(new_id("", 32, "0123456789ABCDEF") + ".uat01-vm-tx02", in.value("merchantTransactionId", ""), minor_of(amount, currency), currency);
    made["x"] = {{"type", type}, {"email", in.value("customer.email", "")}, {"payments", Json::array()}, {"asked", Json::array()}};
    Json out = result("000.200.100", "successfully created checkout");
    out["id"] = made["id"];
    return out;
}

Json Emetec::status(Json& one) {
    Json recent = Json::array();
    for (const Json& at : one["x"]["asked"])
        if (at.get<int64_t>() > now_s() - 60) recent.push_back(at);
    if (recent.size() >= kStatusAskedMax) return result("800.120.100", "Too many requests. Please try again later.");
    recent.push_back(now_s());
    one["x"]["asked"] = recent;
    if (one["x"]["payments"].empty()) return result("000.200.000", "transaction pending");
    return one["x"]["payments"].back();
}

Json Emetec::query(const std::vector<std::string>& parts, const Json& in) {
    Json found = Json::array();
    for (const auto& [id, one] : payments().items())
        for (const Json& payment : one["x"]["payments"]) {
            if (parts.size() == 3 && payment["id"] == parts[2]) return payment;
            if (parts.size() == 2 && payment["merchantTransactionId"] == in.value("merchantTransactionId", "-")) found.push_back(payment);
        }
    if (found.empty()) return result("700.400.580", "cannot find transaction");
    Json out = result("000.000.100", "successful request");
    out["payments"] = found;
    return out;
}

Json& Emetec::new_payment(Json& one, const std::string& type, int64_t amount, const std::string& code, const std::string& called) {
    const std::string id = new_id("8ac7a4a2", 24, "0123456789abcdef"), currency = one["currency"].get<std::string>();
    name(one, id);
    Json payment = {{"id", id}, {"paymentType", type}, {"paymentBrand", "VISA"}, {"amount", wire_text(amount, currency)}, {"currency", currency}, {"descriptor", "1234.5678 Shop"}, {"merchantTransactionId", called}, {"result", {{"code", code}, {"description", "emulated"}}},
                    {"card", {{"bin", "420000"}, {"last4Digits", "0000"}}}, {"customer", {{"email", one["x"]["email"]}}}, {"timestamp", "2026-01-01 12:00:20+0000"}};
    one["x"]["payments"].push_back(payment);
    return one["x"]["payments"].back();
}

Json Emetec::back_office(const std::string& id, const Json& in) {
    Json* one = find(id);
    if (!one) return wrong("id", id);
    const std::string type = in.value("paymentType", ""), currency = (*one)["currency"].get<std::string>(), called = in.value("merchantTransactionId", "");
    const int64_t amount = minor_of(in.value("amount", ""), currency);
    if (type != "RV" && amount <= 0) return wrong("amount", in.value("amount", ""));
    const int64_t captured = (*one)["captured"].get<int64_t>();
    if (type == "RF") {
        if (amount > captured - (*one)["refunded"].get<int64_t>()) return result("700.400.200", "cannot refund (refund volume exceeded or tx reversed or invalid workflow?)");
        return refund(*one, amount, in);
    }
    const bool open = (*one)["x"]["type"] == "PA" && captured == 0 && (*one)["status"] != "voided" && amount <= (*one)["amount"].get<int64_t>();
    if (!open || (type != "CP" && type != "RV")) return result("700.300.100", "referenced tx can not be refunded, captured or reversed");
    Json& made = new_payment(*one, type, type == "RV" ? (*one)["amount"].get<int64_t>() : amount, "000.100.110", called);
    made["referencedId"] = id;
    const Json out = made;
    if (type == "CP") capture(*one, amount, 0, out["id"].get<std::string>());
    else (*one)["status"] = "voided";
    tell(out);
    return out;
}

void Emetec::pay(Json& one) {
    if (one["captured"].get<int64_t>() > 0 || one["status"] == "authorized") return;
    const int64_t amount = one["amount"].get<int64_t>();
    const std::string type = one["x"]["type"].get<std::string>();
    const Json made = new_payment(one, type, amount, "000.100.110", one["reference"].get<std::string>());
    if (type == "DB") capture(one, amount, 0, made["id"].get<std::string>());
    else one["status"] = "authorized";
    tell(made);
}

void Emetec::decline(Json& one) { tell(Json(new_payment(one, one["x"]["type"].get<std::string>(), one["amount"].get<int64_t>(), "800.100.153", one["reference"].get<std::string>()))); }
void Emetec::cancel(Json& one) { tell(Json(new_payment(one, one["x"]["type"].get<std::string>(), one["amount"].get<int64_t>(), "100.396.101", one["reference"].get<std::string>()))); }

Json Emetec::refund(Json& one, int64_t amount, const Json& more) {
    if (amount == 0) amount = one["captured"].get<int64_t>() - one["refunded"].get<int64_t>();
    Json& made = new_payment(one, "RF", amount, "000.100.110", more.value("merchantTransactionId", new_id("", 16)));
    made["referencedId"] = one["capture_id"];
    const Json out = made;
    book_refund(one, out["id"].get<std::string>(), amount, "succeeded");
    tell(out);
    return out;
}

bool Emetec::other_action(const std::string& action, Json& one, const Json&) {
    if (action != "dispute_open" && action != "dispute_won") return false;
    Json& made = new_payment(one, action == "dispute_open" ? "CB" : "CR", one["captured"].get<int64_t>(), action == "dispute_open" ? "000.100.201" : "000.000.000", one["reference"].get<std::string>());
    made["referencedId"] = one["capture_id"];
    tell(Json(made));
    return true;
}

}  // namespace sandbox::emetec
