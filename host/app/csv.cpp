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

}  // namespace

std::string csv_cell(const std::string& text) {
    std::string out = text;
    if (!out.empty() && std::string_view("=+-@\t\r").find(out[0]) != std::string_view::npos && !plain_decimal(out)) out.insert(0, "'");
    if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
    std::string quoted = "\"";
    for (const char c : out) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

http::Response csv_response(const json::Value& rows, const std::vector<std::string>& columns) {
    std::string out;
    for (size_t i = 0; i < columns.size(); ++i) out += (i ? "," : "") + columns[i];
    out += "\r\n";
    for (const json::Value& row : rows.items()) {
        for (size_t i = 0; i < columns.size(); ++i) out += (i ? "," : "") + csv_cell(cell_text(row.find(columns[i])));
        out += "\r\n";
    }
    return {200, {{"Content-Disposition", "attachment"}}, std::move(out), "text/csv; charset=utf-8"};
}

}  // namespace turnpike::app
