#pragma once

#include <string_view>

#include "host/json/value.hpp"

namespace turnpike::app {

/// One JSON line on stderr: {"time","level","event",...fields}.  Any thread.  Callers never give it secrets.
void log(std::string_view level, std::string_view event, const json::Value& fields = json::Value::object());

}  // namespace turnpike::app
