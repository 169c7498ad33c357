#include "paypal_ipn.hpp"

#include <algorithm>
#include <utility>

#include "turnpike_manifest.h"

namespace paypal_ipn {
namespace {

using turnpike::Answer;
using turnpike::JsonArray;
using turnpike::JsonObject;
using turnpike::Request;

/// One address a line, or with commas between; compared without case.
std::vector<std::string> addresses_of(std::string_view text) {
    std::vector<std::string> out;
    std::string one;
    for (const char c : turnpike::lower(text) + '\n') {
        const bool between = c == '\n' || c == '\r' || c == ',' || c == ' ' || c == ';';
        if (!between) one += c;
        if (between && !one.empty()) out.push_back(std::exchange(one, {}));
    }
    return out;
}

/// An empty message is nobody's: whoever answers INVALID is PayPal's verifier.
Request reach(turnpike::Mode mode) {
    const bool live = mode == turnpike::Mode::live;
    return Request("POST", live ? "https://ipnpb.paypal.com/cgi-bin/webscr"
                                : "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr")
        .label("ipn.reach")
        .header("User-Agent", "Turnpike-IPN/1.0")
        .body("application/x-www-form-urlencoded", "cmd=_notify-validate");
}

JsonObject line(std::string_view check, bool ok, const std::string& message) {
    return JsonObject().set("check", check).set("ok", ok).set("message", message);
}

}  // namespace

PayPalIpn::PayPalIpn(const turnpike::Config& config)
    : mode_(config.mode()),
      receivers_(addresses_of(config.setting("receivers"))),
      payment_types_(config.settings("payment_types")),
      verify_(config.setting("verify_transaction") != "false") {
    if (payment_types_.empty()) payment_types_ = {"mass_pay", "send_money"};
}

bool PayPalIpn::is_ours(std::string_view address) const {
    const std::string folded = turnpike::lower(address);
    return !folded.empty() &&
           std::find(receivers_.begin(), receivers_.end(), folded) != receivers_.end();
}

std::string_view PayPalIpn::receiver_among(std::initializer_list<std::string_view> named) const {
    for (const std::string_view one : named) {
        if (is_ours(one)) return one;
    }
    for (const std::string_view one : named) {
        if (!one.empty()) return one;
    }
    return {};
}

bool PayPalIpn::takes(std::string_view payment_type) const {
    return std::find(payment_types_.begin(), payment_types_.end(), payment_type) !=
           payment_types_.end();
}

Task<Next> PayPalIpn::check_config(Op& op) const {
    const Answer answer = co_await op.http(reach(mode_));
    if (!answer.answered()) throw turnpike::no_answer(answer);
    if (answer.body() != "INVALID" && answer.body() != "VERIFIED") throw turnpike::garbage(answer);
    JsonArray details;
    details.add(line("verifier", true, "PayPal's verifier answers."));
    const bool known = !receivers_.empty();
    details.add(line("receivers", known,
                     known ? std::to_string(receivers_.size()) + " addresses of yours are known."
                           : "No address of yours is known: everything will be held."));
    details.add(line("verify_transaction", verify_,
                     verify_ ? "Every message is verified with PayPal."
                             : "Messages are not verified: everything will be held."));
    co_return done(JsonObject().set("ok", true).set("account", "").set("details", details));
}

constexpr turnpike::Operation<PayPalIpn> kOperations[] = {
    {"config.check/1", &PayPalIpn::check_config},
    {"webhook.handle/1", &PayPalIpn::handle_webhook},
};

}  // namespace paypal_ipn

TURNPIKE_PROVIDER(paypal_ipn::PayPalIpn, paypal_ipn::kOperations, turnpike_manifest);
