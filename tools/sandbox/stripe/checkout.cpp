#include "tools/sandbox/stripe/emulator.hpp"

namespace sandbox::stripe {
namespace {

struct Lines {
    int64_t total = 0;
    std::string currency;
    Json shown = Json::array();
};

Lines read_lines(Form& form) {
    Lines out;
    const int count = form.count("line_items");
    if (count == 0) fail(400, "Missing required param: line_items.", "parameter_missing", "line_items");
    for (int i = 0; i < count; ++i) {
        const std::string item = "line_items[" + std::to_string(i) + "]";
        const std::string currency = form.need(item + "[price_data][currency]");
        const int64_t unit = form.need_integer(item + "[price_data][unit_amount]");
        const int64_t quantity = form.need_integer(item + "[quantity]");
        const std::string name = form.need(item + "[price_data][product_data][name]");
        if (!out.currency.empty() && currency != out.currency) fail(400, "All prices must have the same currency.", "", item + "[price_data][currency]");
        out.currency = currency;
        out.total += unit * quantity;
        out.shown.push_back({{"name", name}, {"amount", unit * quantity}});
    }
    if (out.total < 50) fail(400, "The Checkout Session's total amount must convert to at least 50 cents.", "amount_too_small", "line_items");
    return out;
}

std::string with_session(std::string url, const std::string& id) {
    const std::string mark = "{CHECKOUT_SESSION_ID}";
    const size_t at = url.find(mark);
    return at == std::string::npos ? url : url.replace(at, mark.size(), id);
}

std::string page_html(const Json& session, const std::string& path) {
    const std::string currency = session["currency"].get<std::string>();
    const int decimals = decimals_of(currency);
    std::string lines;
    for (const Json& line : session["x_lines"]) lines += "<li>" + html_escaped(line["name"].get<std::string>()) + " <b>" + decimal(line["amount"].get<int64_t>(), decimals) + "</b></li>";
    auto button = [&](const char* action, const char* text) {
        return "<form method=\"post\" action=\"" + html_escaped(path) + "/" + action + "\"><button id=\"" + action + "\">" + text + "</button></form>";
    };
    return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Checkout (emulated)</title><style>body{font:16px sans-serif;max-width:24rem;margin:3rem auto}"
           "button{font:inherit;padding:.6rem 1.2rem;margin:.3rem 0;width:100%}</style><h1>Checkout</h1><p>Emulated: no card is asked for and no money moves.</p><ul>" +
           lines + "</ul><p>Total <b>" + decimal(session["amount_total"].get<int64_t>(), decimals) + " " + html_escaped(currency) + "</b></p>" + button("pay", "Pay") + button("decline", "Decline") + button("cancel", "Cancel") + "</html>";
}

}  // namespace

Json Stripe::sessions(const std::string& method, const std::vector<std::string>& parts, Form& form) {
    if (parts.size() == 3 && method == "POST") return create_session(form);
    if (parts.size() == 3) {
        const std::string intent = form.text("payment_intent");
        return list("sessions", "/v1/checkout/sessions", form, [&](const Json& s) { return intent.empty() || s["payment_intent"] == intent; });
    }
    if (parts.size() == 5 && parts[4] == "expire" && method == "POST") return expire_session(parts[3]);
    return shown(need("sessions", parts[3], "checkout.session"), form);
}

Json Stripe::create_session(Form& form) {
    if (form.need("mode") != "payment") fail(400, "Only payment mode is emulated.", "", "mode");
    const Lines lines = read_lines(form);
    const int64_t expires = form.integer("expires_at", now_s() + 86400);
    if (expires < now_s() + 1800 || expires > now_s() + 86400) fail(400, "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.", "", "expires_at");
    const std::string id = new_id("cs_test_");
    Json session = {{"id", id}, {"object", "checkout.session"}, {"amount_subtotal", lines.total}, {"amount_total", lines.total}, {"client_reference_id", nullptr},
                    {"created", now_s()}, {"currency", lines.currency}, {"customer_details", nullptr}, {"customer_email", nullptr}, {"expires_at", expires}, {"livemode", false},
                    {"metadata", form.object("metadata")}, {"mode", "payment"}, {"payment_intent", nullptr}, {"payment_status", "unpaid"}, {"status", "open"},
                    {"success_url", form.need("success_url")}, {"cancel_url", nullptr}, {"url", "https://checkout.stripe.com/c/pay/" + id}};
    for (const char* name : {"client_reference_id", "customer_email", "cancel_url"})
        if (const std::string text = form.text(name); !text.empty()) session[name] = text;
    form.text("locale");
    form.list("payment_method_types");
    form.object("adaptive_pricing");
    form.list("expand");
    session["x_lines"] = lines.shown;
    session["x_capture"] = form.text("payment_intent_data[capture_method]");
    session["x_metadata"] = form.object("payment_intent_data[metadata]");
    state_["sessions"][id] = session;
    return session;
}

Json Stripe::expire_session(const std::string& id) {
    Json& session = need("sessions", id, "checkout.session");
    if (session["status"] != "open") fail(400, "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of " + session["status"].get<std::string>() + ".");
    session["status"] = "expired";
    session["url"] = nullptr;
    const Json out = session;
    emit("checkout.session.expired", out);
    return out;
}

Json& Stripe::intent_of_session(Json& session) {
    if (session["payment_intent"].is_string()) return state_["intents"][session["payment_intent"].get<std::string>()];
    const std::string id = new_id("pi_");
    session["payment_intent"] = id;
    const bool manual = session["x_capture"] == "manual";
    state_["intents"][id] = {{"id", id}, {"object", "payment_intent"}, {"amount", session["amount_total"]}, {"amount_capturable", 0}, {"amount_received", 0}, {"cancellation_reason", nullptr},
                             {"capture_method", manual ? "manual" : "automatic"}, {"created", now_s()}, {"currency", session["currency"]}, {"last_payment_error", nullptr},
                             {"latest_charge", nullptr}, {"livemode", false}, {"metadata", session["x_metadata"]}, {"status", "requires_payment_method"}};
    emit("payment_intent.created", state_["intents"][id]);
    return state_["intents"][id];
}

void Stripe::pay_session(const std::string& id) {
    Json& session = need("sessions", id, "checkout.session");
    if (session["status"] != "open") fail(400, "This Checkout Session is not open.");
    const bool manual = session["x_capture"] == "manual";
    Json& intent = intent_of_session(session);
    charge_intent(intent, !manual);
    session["status"] = "complete";
    session["payment_status"] = manual ? "unpaid" : "paid";
    const Json email = session["customer_email"].is_string() ? session["customer_email"] : Json("payer@example.com");
    session["customer_details"] = {{"email", email}, {"name", "Sandbox Payer"}};
    session["url"] = nullptr;
    emit(manual ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded", intent);
    emit("checkout.session.completed", session);
    if (!manual && dials_.fee_delay_ms == 0) emit("charge.updated", state_["charges"][intent["latest_charge"].get<std::string>()], {{"balance_transaction", nullptr}});
}

void Stripe::decline_session(const std::string& id) {
    Json& session = need("sessions", id, "checkout.session");
    if (session["status"] != "open") fail(400, "This Checkout Session is not open.");
    Json& intent = intent_of_session(session);
    intent["last_payment_error"] = {{"type", "card_error"}, {"code", "card_declined"}, {"decline_code", "generic_decline"}, {"message", "Your card was declined."}};
    emit("payment_intent.payment_failed", intent);
}

Response Stripe::page(const Request& request) {
    const std::string prefix = "/c/pay/";
    if (request.path.rfind(prefix, 0) != 0) return html_response(404, "<p>No such page.</p>");
    const std::string rest = request.path.substr(prefix.size());
    const size_t slash = rest.find('/');
    const std::string id = rest.substr(0, slash);
    const std::string action = slash == std::string::npos ? "" : rest.substr(slash + 1);
    if (!state_["sessions"].contains(id)) return html_response(404, "<p>No such session.</p>");
    try {
        Json& session = state_["sessions"][id];
        if (request.method == "GET") {
            if (session["status"] != "open") return html_response(200, "<p>This session is " + session["status"].get<std::string>() + ".</p>");
            return html_response(200, page_html(session, request.base + "/checkout.stripe.com" + prefix + id));
        }
        if (action == "pay") pay_session(id);
        if (action == "pay") return redirect_to(with_session(session["success_url"].get<std::string>(), id));
        if (action == "decline") decline_session(id);
        if (action == "decline") return html_response(402, page_html(session, request.base + "/checkout.stripe.com" + prefix + id) + "<p>Your card was declined.</p>");
        if (session["cancel_url"].is_string()) return redirect_to(session["cancel_url"].get<std::string>());
        return html_response(200, "<p>Cancelled.</p>");
    } catch (const ApiError& e) {
        return html_response(400, "<p>" + html_escaped(e.error["message"].get<std::string>()) + "</p>");
    }
}

}  // namespace sandbox::stripe
