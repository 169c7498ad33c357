#include "tools/sandbox/xero/emulator.hpp"

namespace sandbox::xero {
namespace {

int64_t hundredths_from(int64_t minor, const std::string& currency) { return decimals_of(currency) == 0 ? minor * 100 : minor; }

std::string event_time(int64_t unix_ms) {
    const time_t seconds = unix_ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[40];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    const std::string ms = std::to_string(1000 + unix_ms % 1000);
    return std::string(text) + "." + ms.substr(1);
}

}  // namespace

/// An event carries ids only.
void Xero::tell(const std::string& invoice, int64_t at_ms) {
    const int64_t n = state_["sequence"].get<int64_t>() + 1;
    state_["sequence"] = n;
    Json event = {{"resourceUrl", "https://api.xero.com/api.xro/2.0/Invoices/" + invoice}, {"resourceId", invoice}, {"eventDateUtc", event_time(at_ms)}, {"eventType", "UPDATE"}, {"eventCategory", "INVOICE"}, {"tenantId", state_["tenants"][0]["id"]}, {"tenantType", "ORGANISATION"}};
    send(Json{{"events", Json::array({std::move(event)})}, {"lastEventSequence", n}, {"firstEventSequence", n}, {"entropy", new_id("", 20, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")}}.dump());
}

void Xero::pay(Json& payment) {
    const int64_t due = need_invoice(payment["id"].get<std::string>())["AmountDue"].get<int64_t>();
    other_action("pay_part", payment, {{"amount", decimals_of(payment["currency"].get<std::string>()) == 0 ? due / 100 : due}});
}

/// The payer paid on the online invoice: a payment is booked, and the invoice's update is told twice and out of order.
bool Xero::other_action(const std::string& action, Json& payment, const Json& more) {
    const std::string id = payment["id"].get<std::string>();
    Json& invoice = need_invoice(id);
    if (action == "pay_part") {
        const int64_t amount = more.at("amount").get<int64_t>();
        const std::string currency = payment["currency"].get<std::string>();
        if (invoice["Status"] != "AUTHORISED" || amount <= 0 || hundredths_from(amount, currency) > invoice["AmountDue"].get<int64_t>()) return true;
        book(invoice, hundredths_from(amount, currency), "Stripe", guid());
        capture(payment, amount, 0, id);
        tell(id, now_ms());
        tell(id, now_ms() - 1500);
        return true;
    }
    if (action != "write_off") return false;
    invoice["AmountCredited"] = invoice["AmountDue"];
    invoice["AmountDue"] = 0;
    invoice["Status"] = "PAID";
    invoice["updated_ms"] = now_ms();
    tell(id, now_ms());
    return true;
}

Response Xero::act(const Json& action) {
    const std::string what = action.value("action", "");
    if (what == "expire_tokens") {
        for (auto& [token, until] : state_["access"].items()) until = 1;
    } else if (what == "no_grace") {
        state_["grace"] = false;
    } else if (what == "real_company") {
        state_["demo"] = false;
    } else if (what == "second_organisation") {
        state_["tenants"].push_back({{"id", "a1a2a3a4-9458-4c7d-93cc-f02b81b0594f"}, {"name", "Second Company"}});
    } else if (what == "limit") {
        state_["per_minute"] = action.at("per_minute");
    } else if (what == "intent_to_receive") {
        const bool spoiled = dials_.bad_signature;
        for (const bool bad : {false, true, false, true}) {
            dials_.bad_signature = bad;
            send(R"({"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "S0m3r4Nd0mt3xt"})");
        }
        dials_.bad_signature = spoiled;
    } else if (what == "state") {
        return json_response(200, {{"refreshes", state_["refreshes"]}, {"batches", state_["batches"].size()}, {"bank", state_["bank"].size()}, {"records", state_["records"].size()}, {"contacts", state_["contacts"].size()}, {"invoices", state_["invoices"].size()}});
    } else {
        return Desk::act(action);
    }
    return json_response(200, {{"done", what}});
}

Response Xero::page(const Request& request, const std::vector<std::string>& parts) {
    if (parts.empty() || !state_["pages"].contains(parts[0])) return html_response(404, "<h1>This invoice cannot be found</h1>");
    const std::string id = state_["pages"][parts[0]].get<std::string>();
    Json* payment = find(id);
    if (!payment || need_invoice(id)["Status"] == "VOIDED") return html_response(404, "<h1>This invoice cannot be found</h1>");
    if (request.method == "POST" && parts.size() == 2 && parts[1] == "pay") pay(*payment);
    if (request.method == "POST") return redirect_to(need_invoice(id).value("Url", "https://in.xero.com/" + parts[0]));
    return html_response(200, pay_page("Xero", *payment, parts[0]));
}

}  // namespace sandbox::xero
