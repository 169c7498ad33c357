#include "host/app/csv.hpp"

#include <algorithm>

namespace turnpike::app {
namespace {

bool plain_decimal(const std::string& text) {
    const size_t from = text[0] == '-' ? 1 : 0;
    const bool digits = std::all_of(text.begin() + static_cast<long>(from), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    return text.size() > from && digits && std::count(text.begin(), text.end(), '.') <= 1 && text[from] != '.';
}

std::string cell_text(const json::Value* v) {
    if (!v) return {};
    if (auto text = v->string()) return std::string(*text);
    if (auto digits = v->number_text()) return std::string(*digits);
    if (auto flag = v->boolean()) return *flag ? "true" : "false";
    return {};
}

/// The request's own address with another `after`.
std::string next_address(const http::Request& request, const std::string& next) {
    std::string out = request.path + "?";
    std::string_view left = request.query;
    while (!left.empty()) {
        const size_t end = std::min(left.find('&'), left.size());
        const std::string_view one = left.substr(0, end);
        if (one.rfind("after=", 0) != 0 && !one.empty()) out.append(one).append("&");
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return out + "after=" + next;
}

}  // namespace

std::string csv_cell(const std::string& text) {
    std::string out = text;
    if (!out.empty() && std::string_view("=+-@\t\r").find(out[0]) != std::string_view::npos && !plain_decimal(out)) out.insert(0, "'");
    if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
    std::string quoted = "\"";
    for (const char c : out) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

http::Response csv_response(const json::Value& rows, const std::vector<std::string>& columns, const http::Request& request, const std::string& next) {
    std::string out;
    for (size_t i = 0; i < columns.size(); ++i) out += (i ? "," : "") + columns[i];
    out += "\r\n";
    for (const json::Value& row : rows.items()) {
        for (size_t i = 0; i < columns.size(); ++i) out += (i ? "," : "") + csv_cell(cell_text(row.find(columns[i])));
        out += "\r\n";
    }
    http::Response response{200, {{"Content-Disposition", "attachment"}}, std::move(out), "text/csv; charset=utf-8"};
    if (!next.empty()) response.headers.push_back({"Link", "<" + next_address(request, next) + ">; rel=\"next\""});
    return response;
}

}  // namespace turnpike::app
