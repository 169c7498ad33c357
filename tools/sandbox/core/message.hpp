#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sandbox {

using Json = nlohmann::ordered_json;

/// One request to a provider's host, as the emulator of that provider sees it.
struct Request {
    std::string method;
    std::string host;   ///< the provider's: "api.stripe.com"
    std::string path;   ///< "/v1/charges"
    std::string query;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string base;   ///< what stands before the host in our own URLs: "http://127.0.0.1:8090"

    std::string header(const std::string& name) const;  ///< any case; "" when absent
};

/// What happens to the connection instead of, or after, an answer.  `hold`: a long poll with nothing new; it is asked again
/// and again for a while, and answered then.
enum class Wire { answer, reset, silence, hold };

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string content_type = "application/json";
    Wire wire = Wire::answer;
};

Response json_response(int status, const Json& body);
Response html_response(int status, const std::string& body);
Response redirect_to(const std::string& url);

/// application/x-www-form-urlencoded pairs in order, percent-decoded.
std::vector<std::pair<std::string, std::string>> parse_form(const std::string& text);
std::string percent_decoded(const std::string& text);
std::string html_escaped(const std::string& text);

/// Amounts are integers of minor units; `decimals` of the currency.
std::string decimal(int64_t minor, int decimals);
int decimals_of(const std::string& currency);

}  // namespace sandbox
