#include "tools/sandbox/stripe/form.hpp"

namespace sandbox::stripe {

void fail(int status, const std::string& message, const std::string& code, const std::string& param) {
    Json error = {{"type", status >= 500 ? "api_error" : "invalid_request_error"}, {"message", message}};
    if (!code.empty()) error["code"] = code;
    if (!param.empty()) error["param"] = param;
    throw ApiError{status, std::move(error)};
}

Form::Form(const std::string& text) {
    for (auto& [name, value] : parse_form(text)) values_[name] = value;
}

std::string Form::text(const std::string& name) {
    read_.insert(name);
    const auto found = values_.find(name);
    return found == values_.end() ? "" : found->second;
}

std::string Form::need(const std::string& name) {
    std::string out = text(name);
    if (out.empty()) fail(400, "Missing required param: " + name + ".", "parameter_missing", name);
    return out;
}

int64_t Form::integer(const std::string& name, int64_t fallback) {
    const std::string value = text(name);
    if (value.empty()) return fallback;
    if (value.size() > 15 || value.find_first_not_of("0123456789") != std::string::npos) fail(400, "Invalid integer: " + value, "parameter_invalid_integer", name);
    return std::stoll(value);
}

int64_t Form::need_integer(const std::string& name) {
    need(name);
    return integer(name, 0);
}

Json Form::object(const std::string& name) {
    Json out = Json::object();
    const std::string prefix = name + "[";
    for (const auto& [key, value] : values_) {
        if (key.rfind(prefix, 0) != 0 || key.back() != ']') continue;
        read_.insert(key);
        out[key.substr(prefix.size(), key.size() - prefix.size() - 1)] = value;
    }
    return out;
}

std::vector<std::string> Form::list(const std::string& name) {
    std::vector<std::string> out;
    const Json items = object(name);
    for (const auto& [key, value] : items.items()) out.push_back(value.get<std::string>());
    return out;
}

int Form::count(const std::string& name) const {
    int n = 0;
    while (true) {
        const std::string prefix = name + "[" + std::to_string(n) + "]";
        const auto at = values_.lower_bound(prefix);
        if (at == values_.end() || at->first.rfind(prefix, 0) != 0) return n;
        ++n;
    }
}

void Form::ignore(const std::string& prefix) {
    for (const auto& [key, value] : values_)
        if (key.rfind(prefix, 0) == 0) read_.insert(key);
}

void Form::finish() const {
    for (const auto& [key, value] : values_)
        if (!read_.count(key)) fail(400, "Received unknown parameter: " + key, "parameter_unknown", key);
}

}  // namespace sandbox::stripe
