#include "tools/sandbox/paypal/express.hpp"

namespace sandbox::paypal {
namespace {

int64_t minor_of(const std::string& text, const std::string& currency) {
    const size_t dot = text.find('.');
    if (has_no_decimals(currency)) {
        if (dot != std::string::npos) throw NvpError{"10004", "Currency has no decimals"};
        return std::stoll(text) * (currency == "JPY" ? 1 : 100);
    }
    if (dot == std::string::npos || text.size() - dot != 3) throw NvpError{"10004", "Amount needs two decimals"};
    return std::stoll(text.substr(0, dot)) * 100 + std::stoll(text.substr(dot + 1));
}

/// 3.4 % and 0.30: 118 of 2599.
int64_t fee_of(int64_t amount, const std::string& currency) { return (amount * 34 + 500) / 1000 + (currency == "JPY" ? 40 : 30); }

std::string need(const Json& in, const char* name) {
    const std::string out = in.value(name, "");
    if (out.empty()) throw NvpError{"81100", std::string("Missing Parameter ") + name};
    return out;
}

/// An amount of 104.86 makes the call fail with 10486, as in PayPal's own sandbox.
void negative_test(const std::string& amount) {
    std::string code;
    for (const char c : amount)
        if (c != '.') code += c;
    for (const char* known : {"10001", "10009", "10411", "10412", "10414", "10415", "10417", "10422", "10445", "10485", "11084"})
        if (code == known) throw NvpError{known, "Negative test"};
}

Fields head(const std::string& ack) {
    return {{"TIMESTAMP", "2026-11-22T05:00:00Z"}, {"CORRELATIONID", "b09c3beb8a1f2"}, {"ACK", ack}, {"VERSION", "124.0"}, {"BUILD", "57000000"}};
}

std::string back_url(std::string url, const std::string& query) { return url + (url.find('?') == std::string::npos ? "?" : "&") + query; }

}  // namespace

Desk::Signer Express::signer(const std::string&) const {
    return [](const std::string&, bool) { return Headers{{"User-Agent", "PayPal IPN ( https://www.paypal.com/ipn )"}}; };
}

Response Express::handle(const Request& request) {
    if (request.host == "www.sandbox.paypal.com") return page(request);
    Fields out;
    try {
        const Json in = form_object(request.body);
        if (in.value("USER", "") != kUser || in.value("PWD", "") != kPassword || in.value("SIGNATURE", "") != kSignature) throw NvpError{"10002", "Security header is not valid"};
        out = call(in);
        const Fields rest = head("Success");
        out.insert(out.end(), rest.begin(), rest.end());
    } catch (const NvpError& e) {
        out = head("Failure");
        for (const auto& [name, value] : Fields{{"L_ERRORCODE0", e.code}, {"L_SHORTMESSAGE0", e.text}, {"L_LONGMESSAGE0", e.text + "."}, {"L_SEVERITYCODE0", "Error"}}) out.push_back({name, value});
    }
    // The oracle's own dial: the answer to one charge never arrives.
    const bool lost = form_object(request.body).value("METHOD", "") == "DoExpressCheckoutPayment" && state_.value("lose_charge", false);
    if (lost) state_["lose_charge"] = false;
    return {200, {}, form_nvp(out), "text/plain; charset=utf-8", lost ? Wire::silence : Wire::answer};
}

Fields Express::call(const Json& in) {
    const std::string method = in.value("METHOD", "");
    if (method == "SetExpressCheckout") return set(in);
    if (method == "GetExpressCheckoutDetails") return get(in);
    if (method == "DoExpressCheckoutPayment") return charge(in);
    if (method == "DoCapture") return capture_authorization(in);
    if (method == "DoVoid") return void_authorization(in);
    if (method == "RefundTransaction") return refund_call(in);
    if (method == "GetTransactionDetails") return details(in);
    if (method == "TransactionSearch") return search(in);
    if (method == "GetBalance") return {{"L_AMT0", "1000.00"}, {"L_CURRENCYCODE0", "USD"}};
    throw NvpError{"81002", "Unspecified Method"};
}

Json& Express::checkout_of(const Json& in, const char* name) {
    Json* found = find(need(in, name));
    if (!found) throw NvpError{name == std::string("TOKEN") ? "10410" : "10004", "Invalid " + std::string(name)};
    return *found;
}

Fields Express::set(const Json& in) {
    const std::string currency = need(in, "PAYMENTREQUEST_0_CURRENCYCODE"), p = "PAYMENTREQUEST_0_";
    const int64_t amount = minor_of(need(in, "PAYMENTREQUEST_0_AMT"), currency);
    if (amount == 0) throw NvpError{"10525", "Amount is zero"};
    int64_t items = 0;
    for (int i = 0; in.contains("L_PAYMENTREQUEST_0_AMT" + std::to_string(i)); ++i) items += minor_of(in["L_PAYMENTREQUEST_0_AMT" + std::to_string(i)].get<std::string>(), currency);
    if (items != amount || minor_of(need(in, "PAYMENTREQUEST_0_ITEMAMT"), currency) != amount) throw NvpError{"10413", "The totals of the cart item amounts do not match order amounts"};
    Json& made = open("EC-" + new_id("", 17, "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"), in.value(p + "INVNUM", ""), amount, currency);
    made["x"] = {{"return", need(in, "RETURNURL")}, {"cancel", need(in, "CANCELURL")}, {"custom", in.value(p + "CUSTOM", "")}, {"notify", in.value(p + "NOTIFYURL", "")}, {"payer", ""}, {"authorization", ""}, {"status", ""}};
    return {{"TOKEN", made["id"].get<std::string>()}};
}

Fields Express::get(const Json& in) {
    const Json& one = checkout_of(in, "TOKEN");
    if (one["status"] == "expired") throw NvpError{"10411", "This Express Checkout session has expired"};
    const std::string currency = one["currency"].get<std::string>();
    const std::string id = one["x"]["authorization"].get<std::string>().empty() ? one["capture_id"].get<std::string>() : one["x"]["authorization"].get<std::string>();
    Fields out = {{"TOKEN", one["id"].get<std::string>()}, {"CHECKOUTSTATUS", id.empty() ? "PaymentActionNotInitiated" : "PaymentActionCompleted"}, {"EMAIL", "payer@example.com"}, {"PAYMENTREQUEST_0_AMT", amount_text(one["amount"].get<int64_t>(), currency)},
                  {"PAYMENTREQUEST_0_CURRENCYCODE", currency}, {"PAYMENTREQUEST_0_INVNUM", one["reference"].get<std::string>()}, {"PAYMENTREQUEST_0_CUSTOM", one["x"]["custom"].get<std::string>()}, {"INVNUM", one["reference"].get<std::string>()}};
    if (!one["x"]["payer"].get<std::string>().empty()) out.push_back({"PAYERID", one["x"]["payer"].get<std::string>()});
    if (!id.empty()) out.push_back({"PAYMENTREQUEST_0_TRANSACTIONID", id});
    return out;
}

Fields Express::charge(const Json& in) {
    Json& one = checkout_of(in, "TOKEN");
    const std::string currency = one["currency"].get<std::string>();
    if (one["status"] == "expired") throw NvpError{"10411", "This Express Checkout session has expired"};
    if (one["x"]["payer"] == "" || one["x"]["payer"] != need(in, "PAYERID")) throw NvpError{"10485", "Payment has not been authorized by the user"};
    if (one["captured"].get<int64_t>() > 0 || one["x"]["authorization"] != "") throw NvpError{"10415", "A successful transaction has already been completed for this token"};
    const std::string amount = need(in, "PAYMENTREQUEST_0_AMT");
    negative_test(amount);
    if ((amount == "104.86" && !one["x"].contains("tried")) || one["x"].value("declines", false)) {
        one["x"]["tried"] = true;
        one["x"]["declines"] = false;
        throw NvpError{"10486", "This transaction couldn't be completed. Please redirect your customer to PayPal"};
    }
    const std::string id = transaction_id();
    const bool sale = in.value("PAYMENTREQUEST_0_PAYMENTACTION", "Sale") == "Sale";
    const bool echeck = one["x"].value("echeck", false);
    if (!sale) one["x"]["authorization"] = id;
    if (!sale || echeck) name(one, id);
    one["x"]["status"] = sale && !echeck ? "Completed" : "Pending";
    if (echeck) one["capture_id"] = id;
    if (sale && !echeck) take(one, minor_of(amount, currency), id);
    Fields out = {{"TOKEN", one["id"].get<std::string>()}, {"PAYMENTINFO_0_TRANSACTIONID", id}, {"PAYMENTINFO_0_TRANSACTIONTYPE", "expresscheckout"}, {"PAYMENTINFO_0_AMT", amount}, {"PAYMENTINFO_0_CURRENCYCODE", currency},
                  {"PAYMENTINFO_0_PAYMENTSTATUS", one["x"]["status"].get<std::string>()}, {"PAYMENTINFO_0_PENDINGREASON", echeck ? "echeck" : sale ? "None" : "authorization"}, {"PAYMENTINFO_0_SECUREMERCHANTACCOUNTID", "CU4EME4R27RAA"}, {"PAYMENTINFO_0_ACK", "Success"}};
    if (sale && !echeck) out.push_back({"PAYMENTINFO_0_FEEAMT", amount_text(one["fee"].get<int64_t>(), currency)});
    return out;
}

void Express::take(Json& one, int64_t amount, const std::string& id) {
    const std::string currency = one["currency"].get<std::string>();
    int64_t fee = fee_of(amount, currency);
    if (has_no_decimals(currency) && currency != "JPY") fee = (fee + 50) / 100 * 100;
    capture(one, amount, fee, id);
    one["x"]["status"] = "Completed";
    tell(one, "Completed", {{"mc_gross", amount_text(amount, currency)}, {"mc_fee", amount_text(fee, currency)}, {"txn_id", id}, {"txn_type", "cart"}});
}

void Express::tell(const Json& one, const std::string& status, const Fields& more) {
    Fields fields = {{"payment_status", status}, {"charset", "windows-1252"}, {"first_name", "Jörg"}, {"mc_currency", one["currency"].get<std::string>()}, {"invoice", one["reference"].get<std::string>()}, {"custom", one["x"]["custom"].get<std::string>()},
                     {"payer_email", "payer@example.com"}, {"receiver_email", "billing@voip.example"}, {"receiver_id", "CU4EME4R27RAA"}, {"test_ipn", "1"}, {"ipn_track_id", new_id("", 13)}};
    fields.insert(fields.end(), more.begin(), more.end());
    const std::string body = form_1252(fields);
    if (!dials().bad_signature) post_->sent(body);
    send(body, Json::object(), "application/x-www-form-urlencoded", one["x"]["notify"].get<std::string>());
}

Response Express::page(const Request& request) {
    const Json query = form_object(request.query);
    Json* one = find(query.value("token", ""));
    if (!one) return html_response(404, "<p>No such token.</p>");
    const std::string token = (*one)["id"].get<std::string>(), base = request.base + "/www.sandbox.paypal.com/";
    if (request.method == "GET") {
        std::string html = pay_page("PayPal", *one, base + "ACTION");
        for (size_t at = html.find("ACTION/"); at != std::string::npos; at = html.find("ACTION/")) {
            const size_t end = html.find('"', at);
            html.replace(at, end - at, html.substr(at + 7, end - at - 7) + "?token=" + token);
        }
        return html_response(200, html);
    }
    if (request.path == "/cancel") return redirect_to(back_url((*one)["x"]["cancel"].get<std::string>(), "token=" + token));
    if (request.path == "/decline") decline(*one);
    pay(*one);
    return redirect_to(back_url((*one)["x"]["return"].get<std::string>(), "token=" + token + "&PayerID=N3WAUXSEHHQVQ"));
}

}  // namespace sandbox::paypal
