#include "ipn.hpp"

namespace paypal {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::Mode;
using turnpike::Op;
using turnpike::Request;

constexpr uint32_t kInvalidPauseMs = 3000;

/// Nothing of the message may change: it is prefixed, not read.
Request postback(const Op& op, Mode mode, std::string_view label) {
    const bool live = mode == Mode::live;
    const std::string body = "cmd=_notify-validate&" + std::string(op.inbound().body());
    return Request("POST", live ? "https://ipnpb.paypal.com/cgi-bin/webscr"
                                : "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr")
        .label(label)
        .header("User-Agent", "Turnpike-IPN/1.0")
        .body("application/x-www-form-urlencoded", body)
        .timeout_ms(8000)
        .retry(turnpike::Retry::idempotent);
}

/// The value of "charset=" in the raw message, as the transforms name charsets.
std::string charset_of(std::string_view body) {
    size_t from = body.starts_with("charset=") ? 0 : body.find("&charset=");
    if (from == std::string_view::npos) return "windows-1252";
    from = body.find('=', from) + 1;
    std::string out = turnpike::lower(body.substr(from, body.find('&', from) - from));
    if (out == "koi8_r") return "koi8-r";
    return out.empty() ? "windows-1252" : out;
}

}  // namespace

turnpike::Task<bool> verified(Op& op, Mode mode) {
    Answer answer = co_await op.http(postback(op, mode, "ipn.verify"));
    if (answer.ok() && answer.body() == "INVALID") {
        co_await op.wait(kInvalidPauseMs);
        answer = co_await op.http(postback(op, mode, "ipn.verify_again"));
        if (answer.ok() && answer.body() == "INVALID")
            throw Error(ErrorKind::forged, "PayPal did not send this message.");
    }
    if (!answer.answered()) throw turnpike::no_answer(answer);
    if (!answer.ok() || answer.body() != "VERIFIED") throw turnpike::garbage(answer);
    co_return true;
}

Json fields_of(const Op& op) {
    const std::string_view body = op.inbound().body();
    std::string_view object;
    const std::string named = "form.json." + charset_of(body) + "/1";
    const bool read = op.host().try_transform(named, body, object) ||
                      op.host().try_transform("form.json.windows-1252/1", body, object);
    if (!read) throw Error(ErrorKind::input, "The message's fields cannot be read.");
    return {op.host(), object};
}

std::string event_id(const Json& fields) {
    std::string out;
    for (const char* name : {"txn_id", "masspay_txn_id_1", "case_id", "payment_status", "ipn_track_id"}) {
        const std::string_view part = fields[name].text();
        if (part.empty()) continue;
        if (!out.empty()) out += ':';
        out += part;
    }
    return out;
}

}  // namespace paypal
