#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sandbox::nowpayments {

/// 10^-8 coins as JavaScript prints the number: 1e-7, 1.5e-7, 0.00001, 170.
std::string js_number(int64_t units);

/// A JSON object whose values are raw text, so that every digit leaves as it was meant.
using RawObject = std::vector<std::pair<std::string, std::string>>;
std::string as_received(const RawObject& object);
/// The same with its members sorted: what is signed.
std::string as_signed(RawObject object);
std::string json_text(const std::string& text);

}  // namespace sandbox::nowpayments
