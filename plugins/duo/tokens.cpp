#include <charconv>
#include <vector>

#include "duo.hpp"

namespace duo {
namespace {

using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Host;
using turnpike::Key;

constexpr int64_t kDuoLifeS = 300;
constexpr int64_t kOwnLifeS = 3600;

std::string half(const Host& host, std::string_view key, std::string_view prefix,
                 std::string_view user, std::string_view ikey, int64_t until_s) {
    std::string values(user);
    values += '|';
    values += ikey;
    values += '|' + std::to_string(until_s);
    const std::string text = std::string(prefix) + '|' + std::string(host.base64(values));
    return text + '|' + std::string(host.hex(host.hmac("hmac-sha1", Key::setting(key), text)));
}

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> out;
    for (size_t from = 0; from <= text.size();) {
        const size_t end = std::min(text.find(by, from), text.size());
        out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

/// The user a half is about; "" when it is not what its key signed, or is over.
std::string user_of(const Op& op, std::string_view key, std::string_view prefix,
                    std::string_view text, std::string_view ikey) {
    const Host& host = op.host();
    const auto parts = split(text, '|');
    if (parts.size() != 3 || parts[0] != prefix) return {};
    std::string signed_text(parts[0]);
    signed_text += '|';
    signed_text += parts[1];
    const std::string mac(host.hex(host.hmac("hmac-sha1", Key::setting(key), signed_text)));
    unsigned difference = mac.size() == parts[2].size() ? 0 : 1;
    for (size_t i = 0; i < mac.size() && i < parts[2].size(); ++i)
        difference |= static_cast<unsigned>(static_cast<unsigned char>(mac[i] ^ parts[2][i]));
    std::string_view decoded;
    if (difference != 0 || !host.try_transform("unbase64/1", parts[1], decoded)) return {};
    const auto values = split(decoded, '|');
    if (values.size() != 3 || values[1] != ikey) return {};
    int64_t until_s = 0;
    std::from_chars(values[2].data(), values[2].data() + values[2].size(), until_s);
    return op.now_unix_ms() / 1000 < until_s ? std::string(values[0]) : std::string();
}

}  // namespace

/// The request an application of the old Web SDK hands to its page.
Task<Next> Duo::token_sign(Op& op) const {
    const std::string_view user = op.input().need_text("/username");
    if (!has_akey_)
        throw Error(ErrorKind::config, "These tokens need an AKey.").field("/settings/akey");
    if (user.find('|') != std::string_view::npos)
        throw Error(ErrorKind::input, "A username has no '|'.").field("/username");
    const int64_t now_s = op.now_unix_ms() / 1000;
    const std::string_view prefix = op.input()["enroll"].is_true() ? "ENROLL_REQUEST" : "TX";
    co_return done(JsonObject().set(
        "request",
        half(op.host(), "secret_key", prefix, user, integration_key_, now_s + kDuoLifeS) + ':' +
            half(op.host(), "akey", "APP", user, integration_key_, now_s + kOwnLifeS)));
}

Task<Next> Duo::token_verify(Op& op) const {
    const Json input = op.input();
    if (!has_akey_)
        throw Error(ErrorKind::config, "These tokens need an AKey.").field("/settings/akey");
    const auto halves = split(input.need_text("/response"), ':');
    const std::string_view prefix = input["enroll"].is_true() ? "ENROLL" : "AUTH";
    std::string user;
    if (halves.size() == 2) {
        user = user_of(op, "secret_key", prefix, halves[0], integration_key_);
        if (user != user_of(op, "akey", "APP", halves[1], integration_key_)) user.clear();
    }
    if (user.empty() || user != input.need_text("/username"))
        co_return done(JsonObject().set("status", "denied").set("reason", "user_denied"));
    co_return done(JsonObject().set("status", "allowed").set("reason", "approved"));
}

}  // namespace duo
