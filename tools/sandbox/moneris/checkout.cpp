#include "tools/sandbox/moneris/emulator.hpp"
#include "tools/sandbox/moneris/moneris.hpp"

namespace sandbox {

std::unique_ptr<Emulator> make_moneris(const Surroundings& surroundings) { return std::make_unique<moneris::Moneris>(surroundings); }

}  // namespace sandbox

namespace sandbox::moneris {
namespace {

constexpr const char* kScript = R"(window.monerisCheckout = function () {
  var calls = {}, div = 'monerisCheckout';
  var base = document.currentScript ? '' : '';
  var scripts = document.getElementsByTagName('script');
  for (var i = 0; i < scripts.length; i++) { var at = scripts[i].src.indexOf('/chktv2/js/'); if (at >= 0) { base = scripts[i].src.substring(0, at); } }
  this.setMode = function () {};
  this.setCheckoutDiv = function (name) { div = name; };
  this.setCallback = function (name, then) { calls[name] = then; };
  this.closeCheckout = function () { document.getElementById(div).textContent = ''; };
  this.startCheckout = function (ticket) {
    function act(action, handler) {
      fetch(base + '/chktv2/display/' + action + '?tck=' + ticket, { method: 'POST' }).then(function () {
        if (calls[handler]) { calls[handler](JSON.stringify({ handler: handler, ticket: ticket, response_code: '001' })); }
      });
    }
    [['pay', 'Pay', 'payment_complete'], ['decline', 'Decline', 'payment_complete'], ['cancel', 'Cancel', 'cancel_transaction']].forEach(function (one) {
      var button = document.createElement('button');
      button.id = one[0];
      button.textContent = one[1];
      button.addEventListener('click', function () { act(one[0], one[2]); });
      document.getElementById(div).appendChild(button);
    });
    if (calls.page_loaded) { calls.page_loaded(JSON.stringify({ handler: 'page_loaded', ticket: ticket, response_code: '001' })); }
  };
};
)";

Json refused(const Json& error) { return {{"success", "false"}, {"error", error}}; }

int64_t cents_of(const std::string& text) {
    const size_t dot = text.find('.');
    if (dot == std::string::npos || text.size() - dot != 3 || text.size() > 10) return -1;
    return std::stoll(text.substr(0, dot)) * 100 + std::stoll(text.substr(dot + 1));
}

}  // namespace

BankAnswer bank_answer(int64_t cents) {
    if (cents >= 1000) {
        if (cents >= 5100 && cents <= 6000) return {"421", "41"};
        if (cents >= 12000 && cents <= 13000) return {"482", "54"};
        return {"027", "01"};
    }
    switch (cents % 100) {
        case 1: return {"483", "02"};
        case 2: return {"484", "02"};
        case 3: return {"476", "03"};
        case 4: return {"421", "04"};
        case 5: return {"481", "05"};
        case 6: return {"050", "06"};
        case 7: return {"421", "07"};
        case 8: return {"004", "08"};
        case 9: return {"078", "09"};
        case 10: return {"010", "10"};
        case 20: return {"486", "81"};
        case 51: return {"481", "51"};
        case 54: return {"482", "54"};
        case 68: return {"113", "68"};
        default: return {"027", "01"};
    }
}

Response Moneris::handle(const Request& request) {
    if (request.host == "mpg1t.moneris.io") return {200, {}, gateway(request.body), "text/xml", Wire::answer};
    if (request.path == "/chktv2/js/chkt_v2.00.js") return {200, {}, kScript, "application/javascript", Wire::answer};
    if (request.path.rfind("/chktv2/display/", 0) == 0) return form(request);
    if (request.path != "/chktv2/request/request.php") return html_response(404, "<p>No such page.</p>");
    return json_response(200, {{"response", checkout(Json::parse(request.body))}});
}

Json Moneris::checkout(const Json& in) {
    if (in.value("store_id", "") != kStore || in.value("api_token", "") != kToken) return refused({{"field", "api_token"}, {"message", "invalid store or token"}});
    const std::string profile = in.value("checkout_id", "");
    if (profile != kPurchaseProfile && profile != kPreauthProfile) return refused({{"checkout_id", "invalid checkout id"}});
    if (in.value("environment", "") != "qa") return refused({{"field", "environment"}, {"message", "invalid environment"}});
    if (in.value("action", "") == "preload") return preload(in);
    if (in.value("action", "") == "receipt") return receipt(in);
    return refused({{"field", "action"}, {"message", "invalid action"}});
}

Json Moneris::preload(const Json& in) {
    const int64_t cents = cents_of(in.value("txn_total", ""));
    if (cents < 0) return refused({{"txn_total", {"invalid amount"}}});
    const std::string order = in.value("order_no", new_id("mvt", 12));
    if (order.find_first_of("<>$%=?^\"{}[]\\") != std::string::npos) return refused({{"order_no", "invalid characters"}});
    Json& made = open(new_id("1726820807", 30), order, cents, "CAD");
    made["x"] = {{"preauth", in.value("checkout_id", "") == kPreauthProfile}, {"cust_id", in.value("cust_id", "")}, {"email", in.contains("contact_details") ? in["contact_details"].value("email", "") : ""}, {"done", false}, {"authorization", ""}, {"code", ""}};
    return {{"success", "true"}, {"ticket", made["id"]}};
}

Json Moneris::receipt(const Json& in) {
    const Json* found = find(in.value("ticket", ""));
    if (!found || (*found)["x"]["done"] != true) return refused({{"field", "ticket"}, {"message", "invalid ticket or transaction is not complete"}});
    const Json& one = *found;
    const Json& x = one["x"];
    const std::string result = x["approved"] == true ? "a" : "d";
    const std::string amount = decimal(x["amount"].get<int64_t>(), 2);
    return {{"success", "true"},
            {"request", {{"txn_total", decimal(one["amount"].get<int64_t>(), 2)}, {"cust_info", {{"first_name", nullptr}, {"email", x["email"]}}}, {"billing", nullptr}, {"cc_total", amount}, {"ticket", one["id"]}, {"cust_id", x["cust_id"]}, {"order_no", one["reference"]}}},
            {"receipt", {{"result", result}, {"cc", {{"result", result}, {"order_no", one["reference"]}, {"transaction_no", x["number"]}, {"reference_no", "660188950010011800"}, {"transaction_code", x["preauth"] == true ? "01" : "00"}, {"transaction_type", "200"},
                                                     {"amount", amount}, {"response_code", x["code"]}, {"iso_response_code", x["iso"]}, {"approval_code", x["approved"] == true ? "755387" : "000000"}, {"card_type", "V"}, {"invoice_number", nullptr}, {"cavv_result_code", "null"}}}}}};
}

void Moneris::pay(Json& one) {
    if (one["x"]["done"] == true && one["x"]["approved"] == true) return;
    const int64_t cents = one["amount"].get<int64_t>();
    const BankAnswer bank = bank_answer(cents);
    const bool part = std::string(bank.code) == "010";
    const std::string number = transaction_number();
    one["x"].update({{"done", true}, {"approved", bank.approved()}, {"code", bank.code}, {"iso", bank.iso}, {"number", number}, {"amount", part ? cents / 2 : cents}});
    name(one, number);
    if (!bank.approved()) return;
    if (one["x"]["preauth"] == true) one["x"]["authorization"] = number;
    else capture(one, one["x"]["amount"].get<int64_t>(), 0, number);
}

void Moneris::decline(Json& one) { one["x"].update({{"done", true}, {"approved", false}, {"code", "481"}, {"iso", "05"}, {"number", transaction_number()}, {"amount", one["amount"]}}); }

/// The form's own page, and what its buttons post to.
Response Moneris::form(const Request& request) {
    Json* one = find(form_object(request.query).value("tck", ""));
    if (!one) return html_response(410, "<p>The ticket is gone.</p>");
    if (request.method == "GET") return html_response(200, pay_page("Moneris Checkout", *one, request.base + "/gatewayt.moneris.com/chktv2/display"));
    const std::string action = request.path.substr(16);
    if (action == "pay") pay(*one);
    if (action == "decline") decline(*one);
    // The form is shown inside the shop's page, whose script asks from another origin.
    return {200, {{"Access-Control-Allow-Origin", "*"}}, R"({"done":true})", "application/json", Wire::answer};
}

}  // namespace sandbox::moneris
