#include "tools/sandbox/paypal/post.hpp"

#include "tools/sandbox/core/desk.hpp"

namespace sandbox::paypal {
namespace {

/// The few characters beyond ASCII that names and memos of the sandbox use.
std::string to_1252(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (text.compare(i, 3, "\xE2\x82\xAC") == 0) {
            out += '\x80';
            i += 2;
        } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < text.size()) {
            out += static_cast<char>((byte == 0xC3 ? 0x40 : 0) + static_cast<unsigned char>(text[++i]));
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string encoded(const std::string& bytes, const char* digits, const std::string& kept, bool plus) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || kept.find(c) != std::string::npos) out += c;
        else if (c == ' ' && plus) out += '+';
        else out += std::string("%") + digits[byte >> 4] + digits[byte & 15];
    }
    return out;
}

constexpr const char* kUpper = "0123456789ABCDEF";
constexpr const char* kLower = "0123456789abcdef";

}  // namespace

std::string form_1252(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) out += (out.empty() ? "" : "&") + name + "=" + encoded(to_1252(value), kUpper, "-._", true);
    return out;
}

std::string form_nvp(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) out += (out.empty() ? "" : "&") + name + "=" + encoded(value, kLower, "", false);
    return out;
}

bool has_no_decimals(const std::string& currency) { return currency == "JPY" || currency == "HUF" || currency == "TWD"; }

std::string amount_text(int64_t minor, const std::string& currency) {
    if (currency == "JPY") return std::to_string(minor);
    return has_no_decimals(currency) ? std::to_string(minor / 100) : decimal(minor, 2);
}

void Post::sent(const std::string& body) {
    std::lock_guard lock(mutex_);
    bodies_.insert(body);
}

Response Post::verify(const Request& request) {
    const std::string cmd = "cmd=_notify-validate";
    auto plain = [](int status, const std::string& text) { return Response{status, {}, text, "text/html; charset=UTF-8", Wire::answer}; };
    if (request.header("User-Agent").empty()) return plain(400, "<html><body>Bad request</body></html>");
    std::string body = request.body;
    if (request.query == cmd) {
    } else if (body.rfind(cmd + "&", 0) == 0) {
        body = body.substr(cmd.size() + 1);
    } else if (body.size() > cmd.size() && body.compare(body.size() - cmd.size() - 1, std::string::npos, "&" + cmd) == 0) {
        body.resize(body.size() - cmd.size() - 1);
    } else {
        return plain(200, "INVALID");
    }
    std::lock_guard lock(mutex_);
    return plain(200, bodies_.count(body) ? "VERIFIED" : "INVALID");
}

void Post::forget() {
    std::lock_guard lock(mutex_);
    bodies_.clear();
}

Json Post::snapshot() {
    std::lock_guard lock(mutex_);
    Json out = Json::array();
    for (const std::string& body : bodies_) out.push_back(hex_of(body));
    return out;
}

void Post::restore(const Json& bodies) {
    std::lock_guard lock(mutex_);
    bodies_.clear();
    for (const Json& body : bodies) bodies_.insert(bytes_of(body.get<std::string>()));
}

}  // namespace sandbox::paypal
