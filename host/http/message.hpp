#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/problem.hpp"
#include "host/json/value.hpp"

namespace turnpike::http {

struct Header {
    std::string name;
    std::string value;
};

/// One whole request; the body is complete before any handler sees it.
struct Request {
    std::string method;
    std::string target;
    std::string path;   ///< percent-encoded as received, without the query
    std::string query;  ///< without '?'
    std::vector<Header> headers;
    std::string body;
    bool http_1_0 = false;
    bool keep_alive = true;
    std::string remote_ip;   ///< of the client, after trusted proxies
    std::string request_id;
    std::string route;       ///< the pattern that matched; what logs show
    std::map<std::string, std::string> params;

    /// The first of that name, any case; nullptr when there is none.
    const std::string* header(std::string_view name) const;
    std::optional<std::string> query_param(std::string_view name) const;
    const std::string& param(const std::string& name) const { return params.at(name); }
};

struct Response {
    int status = 200;
    std::vector<Header> headers;
    std::string body;
    std::string content_type = "application/json";
};

Response json_response(int status, const json::Value& body);
/// RFC 9457, application/problem+json.
Response problem_response(const Problem& problem, const std::string& request_id);
Response empty_response(int status);
Response redirect(const std::string& location);
std::string_view reason_phrase(int status);

bool same_name(std::string_view a, std::string_view b);

}  // namespace turnpike::http
