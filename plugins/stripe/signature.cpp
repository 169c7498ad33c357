#include "signature.hpp"

#include <charconv>

namespace stripe {
namespace {

/// Cuts the next comma-separated element off `rest`.
std::string_view next_element(std::string_view& rest) {
    const size_t comma = rest.find(',');
    const std::string_view element = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    return element;
}

bool is_time(std::string_view text) {
    return !text.empty() && text.size() <= 12 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_mac(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view signed_time(std::string_view header) {
    std::string_view time;
    while (!header.empty()) {
        const std::string_view element = next_element(header);
        if (element.starts_with("t=")) time = element.substr(2);
    }
    return is_time(time) ? time : std::string_view();
}

}  // namespace

bool proven(const turnpike::Op& op) {
    const turnpike::Inbound inbound = op.inbound();
    std::string_view header = inbound.header("Stripe-Signature");
    const std::string_view time = signed_time(header);
    if (time.empty()) return false;
    int64_t seconds = 0;
    std::from_chars(time.data(), time.data() + time.size(), seconds);
    // Two v1 elements stand there while the secret is being rolled: any one of them proves.
    while (!header.empty()) {
        const std::string_view element = next_element(header);
        if (!element.starts_with("v1=") || !is_mac(element.substr(3))) continue;
        turnpike::Proof proof("hmac-sha256", turnpike::Key::setting("webhook_secret"));
        proof.part(time).part(".").part(inbound.body());
        proof.claimed(element.substr(3), TPK_HEX).signed_at_unix_ms(seconds * 1000);
        if (op.prove(proof)) return true;
    }
    return false;
}

}  // namespace stripe
