#include "gateway.hpp"

#include <charconv>
#include <optional>

namespace moneris {
namespace {

using turnpike::Answer;
using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::Request;

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else {
            out += c;
        }
    }
    return out;
}

std::string element(std::string_view name, std::string_view value) {
    const std::string tag(name);
    return "<" + tag + ">" + escaped(value) + "</" + tag + ">";
}

std::optional<int> number(std::string_view text) {
    int out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || failed != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return out;
}

/// What the card's bank meant; codes of the gateway itself change, these do not.
std::string_view bank_says(std::string_view iso) {
    struct Word {
        std::string_view iso, words;
    };
    constexpr Word kWords[] = {
        {"05", "The bank declined."},         {"14", "The card number is not valid."},
        {"41", "The card was reported lost."}, {"43", "The card was reported stolen."},
        {"51", "There is not enough money."},  {"54", "The card expired."},
        {"57", "The card may not do this."},   {"62", "The card is restricted."},
        {"75", "The PIN was tried too often."},
    };
    for (const Word& word : kWords) {
        if (word.iso == iso) return word.words;
    }
    return "The bank declined.";
}

bool tells(std::string_view message, std::string_view part) {
    return turnpike::lower(message).find(part) != std::string::npos;
}

/// Without a response code the message tells whether anything was sent.  Its words are no stable code.
Error unsent_or_unknown(std::string_view message) {
    if (tells(message, "not sent to the host") || tells(message, "duplicate")) {
        return Error(ErrorKind::declined, "Moneris refused this order id: it was used before.")
            .no_effect();
    }
    if (tells(message, "token") || tells(message, "store")) {
        return Error(ErrorKind::auth, "Moneris does not accept Store ID and Signature.")
            .field("/settings/api_token")
            .no_effect();
    }
    if (tells(message, "invalid"))
        return Error(ErrorKind::input, "Moneris refuses a field.").no_effect();
    return Error(ErrorKind::provider, "Moneris did not say how it ended.");
}

Request send(const Store& store, std::string_view label, const std::string& xml) {
    return Request("POST", store.live() ? "https://mpg1.moneris.io/gateway2/servlet/MpgRequest"
                                        : "https://mpg1t.moneris.io/gateway2/servlet/MpgRequest")
        .label(label)
        .header("User-Agent", "Turnpike/1.0")
        .body("text/xml", xml)
        .redact("api_token");
}

}  // namespace

Transaction& Transaction::add(std::string_view name, std::string_view value) {
    elements_ += element(name, value);
    return *this;
}

std::string Transaction::xml(const Store& store, bool status_check) const {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><request>";
    out += element("store_id", store.id) + element("api_token", store.api_token);
    if (status_check) out += element("status_check", "true");
    return out + "<" + name_ + ">" + elements_ + "</" + name_ + "></request>";
}

Request gateway_call(const Store& store, std::string_view label, const Transaction& transaction) {
    return send(store, label, transaction.xml(store, false));
}

Request status_call(const Store& store, std::string_view label, const Transaction& transaction) {
    return send(store, label, transaction.xml(store, true)).retry(turnpike::Retry::idempotent);
}

Json receipt_of(const turnpike::Op& op, const Answer& answer) {
    std::string_view object;
    if (!answer.ok() || !op.host().try_transform("xml.json/1", answer.body(), object)) return {};
    return Json(op.host(), object)["response"]["receipt"];
}

bool approved(const Json& receipt) {
    const auto code = number(said(receipt["ResponseCode"]));
    return receipt["Complete"].text() == "true" && code && *code >= 0 && *code < 50;
}

Error error_of(const Answer& answer, const Json& receipt) {
    if (!answer.answered()) return turnpike::no_answer(answer);
    if (!receipt.is_object()) return turnpike::garbage(answer);
    const std::string_view code = said(receipt["ResponseCode"]);
    const std::string_view message = said(receipt["Message"]);
    const bool timed_out = receipt["TimedOut"].text() == "true";
    Error out(ErrorKind::provider, "Moneris did not say how it ended.");
    if (number(code) && receipt["Complete"].text() == "true" && !timed_out) {
        out = Error(ErrorKind::declined, std::string(bank_says(said(receipt["ISO"])))).no_effect();
    } else if (!timed_out) {
        out = unsent_or_unknown(message);
    }
    return out.http_status(answer.status()).provider_code(code).provider_message(message);
}

}  // namespace moneris
