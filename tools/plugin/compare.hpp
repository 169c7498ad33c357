#pragma once

#include <string>

#include "host/json/value.hpp"
#include "host/plugins/step.hpp"

namespace turnpike::kit {

/// What a request differs in from a fixture's `request`: method, url, body, parts of the body, headers.  "" = nothing.
std::string difference(const plugins::HttpRequest& request, const json::Value& wanted);
/// What an outcome differs in from a fixture's `expect`: done (everything named must be so), fail, proven.  "" = nothing.
std::string difference(const plugins::Outcome& outcome, const json::Value& expected);
/// Where `got` lacks something of `wanted`, as a pointer and what is there; "" = nowhere.
std::string lacking(const json::Value& got, const json::Value& wanted, const std::string& at = "");

}  // namespace turnpike::kit
