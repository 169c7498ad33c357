#include "tools/sandbox/stripe/emulator.hpp"

namespace sandbox::stripe {
namespace {

/// What Stripe.js is to a page: a form in place of the element, and a confirmation with the publishable key.
constexpr const char* kScript = R"JS(
window.Stripe = function (key) {
  return {
    elements: function (options) {
      var select = document.createElement('select');
      select.setAttribute('aria-label', 'Card (emulated)');
      [['pm_card_visa', 'A card that pays'], ['pm_card_chargeDeclined', 'A card that is declined']].forEach(function (one) {
        var option = document.createElement('option');
        option.value = one[0];
        option.textContent = one[1];
        select.appendChild(option);
      });
      return { secret: options.clientSecret, select: select, create: function () {
        return { on: function (name, then) { if (name === 'ready') setTimeout(then, 0); },
                 mount: function (where) { document.querySelector(where).appendChild(select); } };
      } };
    },
    confirmPayment: function (options) {
      var secret = options.elements.secret;
      var intent = secret.slice(0, secret.indexOf('_secret_'));
      var body = new URLSearchParams({ key: key, client_secret: secret, payment_method: options.elements.select.value, return_url: options.confirmParams.return_url });
      return fetch('@base@/api.stripe.com/v1/payment_intents/' + intent + '/confirm', { method: 'POST', body: body }).then(function (answer) { return answer.json(); }).then(function (answer) {
        if (answer.error) return { error: answer.error };
        var back = new URL(options.confirmParams.return_url);
        back.searchParams.set('payment_intent', intent);
        back.searchParams.set('payment_intent_client_secret', secret);
        back.searchParams.set('redirect_status', 'succeeded');
        window.location.href = back;
        return new Promise(function () {});
      });
    }
  };
};
)JS";

Response for_browser(Response response) {
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    return response;
}

}  // namespace

Response Stripe::elements(const Request& request) const {
    std::string script = kScript;
    const std::string mark = "@base@";
    script.replace(script.find(mark), mark.size(), request.base);
    return {200, {}, script, "application/javascript", Wire::answer};
}

/// A browser's confirmation: it holds no secret key, only the payment's own.
std::optional<Response> Stripe::confirm(const Request& request) {
    const std::string prefix = "/v1/payment_intents/";
    const std::string suffix = "/confirm";
    if (request.method != "POST" || !request.header("Authorization").empty() || request.path.size() < prefix.size() + suffix.size() ||
        request.path.rfind(prefix, 0) != 0 || request.path.substr(request.path.size() - suffix.size()) != suffix)
        return std::nullopt;
    Form form(request.body);
    if (form.text("key") != kPublicKey) return for_browser(json_response(401, {{"error", {{"type", "invalid_request_error"}, {"message", "Invalid API Key provided."}}}}));
    Json& intent = need("intents", request.path.substr(prefix.size(), request.path.size() - prefix.size() - suffix.size()), "payment_intent");
    if (!intent.contains("client_secret") || intent["client_secret"] != form.text("client_secret"))
        return for_browser(json_response(400, {{"error", {{"type", "invalid_request_error"}, {"code", "payment_intent_authentication_failure"}, {"message", "The client_secret provided does not match."}}}}));
    if (intent["status"] != "requires_payment_method")
        return for_browser(json_response(400, {{"error", {{"type", "invalid_request_error"}, {"code", "payment_intent_unexpected_state"}, {"message", "This PaymentIntent cannot be confirmed any more."}}}}));
    const Json confirmed = confirm_intent(intent, form.text("payment_method") == "pm_card_visa");
    if (confirmed["last_payment_error"].is_object()) return for_browser(json_response(402, {{"error", confirmed["last_payment_error"]}}));
    return for_browser(json_response(200, without_private(confirmed)));
}

Json Stripe::confirm_intent(Json& intent, bool pays) {
    if (!pays) {
        intent["last_payment_error"] = {{"type", "card_error"}, {"code", "card_declined"}, {"decline_code", "generic_decline"}, {"message", "Your card was declined."}};
        emit("payment_intent.payment_failed", intent);
        return intent;
    }
    const bool manual = intent["capture_method"] == "manual";
    charge_intent(intent, !manual);
    emit(manual ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded", intent);
    if (!manual && dials_.fee_delay_ms == 0) emit("charge.updated", state_["charges"][intent["latest_charge"].get<std::string>()], {{"balance_transaction", nullptr}});
    return intent;
}

}  // namespace sandbox::stripe
