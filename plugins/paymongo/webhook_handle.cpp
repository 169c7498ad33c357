#include <charconv>
#include <cstdlib>

#include "observe.hpp"
#include "paymongo.hpp"

namespace paymongo {
namespace {

using turnpike::Json;
using turnpike::Mode;
using turnpike::Observations;

/// The element `name` of "t=..,te=..,li=.."; spaces and order are whatever they are.
std::string_view element(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const size_t comma = header.find(',');
        std::string_view one = header.substr(0, comma);
        header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
        while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
        while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
        const bool named =
            one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=';
        if (named) return one.substr(name.size() + 1);
    }
    return {};
}

/// A test event must never credit a live payment: each mode has its own place, and no other counts.
/// Whether PayMongo signs a repeated delivery anew is not known, so the window is the operator's.
bool proven(const Op& op, Mode mode, int64_t window_ms) {
    const turnpike::Inbound inbound = op.inbound();
    const std::string_view header = inbound.header("Paymongo-Signature");
    const std::string_view time = element(header, "t");
    int64_t seconds = 0;
    const auto [end, failed] = std::from_chars(time.data(), time.data() + time.size(), seconds);
    if (time.empty() || failed != std::errc() || end != time.data() + time.size()) return false;
    if (std::llabs(op.now_unix_ms() - seconds * 1000) > window_ms) return false;
    turnpike::Proof proof("hmac-sha256", turnpike::Key::setting("webhook_secret"));
    proof.part(time).part(".").part(inbound.body());
    proof.claimed(element(header, mode == Mode::live ? "li" : "te"), TPK_HEX);
    return op.prove(proof);
}

}  // namespace

Task<Next> PayMongo::handle_webhook(Op& op) const {
    if (!proven(op, mode_, replay_window_ms_)) {
        co_return fail(turnpike::Error(turnpike::ErrorKind::forged,
                                       "The Paymongo-Signature does not prove this body."));
    }
    op.reply(200, "application/json", R"({"received":true})");
    const Json event = op.inbound().json()["data"];
    const Json attributes = event["attributes"];
    const Json resource = attributes["data"];
    Observations out;
    out.event(event.need_text("/id"), attributes.need_text("/type"));
    if (!tells_of_payments(resource))
        co_return done(out.ignore("Events of this type say nothing about payments."));
    const Json live = attributes["livemode"];
    const Mode mode = live.is_true() ? Mode::live : live.is_false() ? Mode::test : mode_;
    const int64_t at_s = attributes["created_at"].integer().value_or(op.now_unix_ms() / 1000);
    co_return done(out.add(observe(resource, {mode, at_s * 1000})));
}

}  // namespace paymongo
