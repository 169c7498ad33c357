#include "tools/sandbox/nowpayments/numbers.hpp"

#include <algorithm>

#include "tools/sandbox/core/message.hpp"

namespace sandbox::nowpayments {

std::string js_number(int64_t units) {
    if (units == 0) return "0";
    if (units < 100) {
        std::string digits = std::to_string(units);
        const int exponent = 8 - static_cast<int>(digits.size()) + 1;
        while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
        if (digits.size() > 1) digits.insert(1, ".");
        return digits + "e-" + std::to_string(exponent);
    }
    std::string text = decimal(units, 8);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string as_received(const RawObject& object) {
    std::string out = "{";
    for (const auto& [name, value] : object) out += (out.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
    return out + "}";
}

std::string as_signed(RawObject object) {
    std::sort(object.begin(), object.end());
    return as_received(object);
}

std::string json_text(const std::string& text) { return Json(text).dump(); }

}  // namespace sandbox::nowpayments
