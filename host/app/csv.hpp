#pragma once

#include <string>
#include <vector>

#include "host/http/message.hpp"
#include "host/json/value.hpp"

namespace turnpike::app {

/// Rows of objects as RFC 4180 text with a header line.  A cell a spreadsheet could take for a formula gets an
/// apostrophe before it; plain decimals do not.
/// When more rows follow, a Link header (RFC 8288, rel="next") leads to them.
http::Response csv_response(const json::Value& rows, const std::vector<std::string>& columns, const http::Request& request, const std::string& next);
/// The most rows of one answer.
constexpr int kMostCsvRows = 10'000;
std::string csv_cell(const std::string& text);

}  // namespace turnpike::app
