#pragma once

#include <string>

#include "host/json/value.hpp"
#include "host/plugins/step.hpp"
#include "tools/plugin/subject.hpp"

namespace turnpike::kit {

/// What a request differs in from a fixture's `request`: method, url, body, parts of the body, headers.  "" = nothing.
std::string difference(const plugins::HttpRequest& request, const json::Value& wanted);
/// What an outcome differs in from a fixture's `expect`: done (everything named must be so), fail, proven.  "" = nothing.
std::string difference(const plugins::Outcome& outcome, const json::Value& expected);
/// What is wrong with an outcome at its place of a fixture: what it asks for on the way, or how it ends.  "" = nothing.
std::string wrong_at(const Place& place, const plugins::Outcome& outcome);
/// Where `got` lacks something of `wanted`, as a pointer and what is there; "" = nowhere.
std::string lacking(const json::Value& got, const json::Value& wanted, const std::string& at = "");

}  // namespace turnpike::kit
