#include "host/json/value.hpp"

#include <charconv>

namespace turnpike::json {
namespace {

std::string unescape_token(std::string_view token) {
    std::string out;
    for (size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size()) {
            out.push_back(token[++i] == '1' ? '/' : '~');
        } else {
            out.push_back(token[i]);
        }
    }
    return out;
}

const Value* child_of(const Value& parent, const std::string& token) {
    if (parent.is_object()) return parent.find(token);
    if (!parent.is_array() || token.empty() || (token.size() > 1 && token[0] == '0')) return nullptr;
    size_t index = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
    if (error != std::errc() || end != token.data() + token.size()) return nullptr;
    return index < parent.items().size() ? &parent.items()[index] : nullptr;
}

}  // namespace

std::optional<bool> Value::boolean() const {
    if (const auto* b = std::get_if<bool>(&data_)) return *b;
    return std::nullopt;
}

std::optional<std::string_view> Value::string() const {
    if (const auto* s = std::get_if<std::string>(&data_)) return std::string_view(*s);
    return std::nullopt;
}

std::optional<std::string_view> Value::number_text() const {
    if (const auto* n = std::get_if<Number>(&data_)) return std::string_view(n->text);
    return std::nullopt;
}

std::optional<int64_t> Value::integer() const {
    const auto digits = number_text();
    if (!digits) return std::nullopt;
    int64_t out = 0;
    const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), out);
    if (error != std::errc() || end != digits->data() + digits->size()) return std::nullopt;
    return out;
}

const Array& Value::items() const {
    static const Array kEmpty;
    const auto* a = std::get_if<Array>(&data_);
    return a ? *a : kEmpty;
}

const Object& Value::members() const {
    static const Object kEmpty;
    const auto* o = std::get_if<Object>(&data_);
    return o ? *o : kEmpty;
}

Array& Value::items() {
    if (!is_array()) data_ = Array{};
    return std::get<Array>(data_);
}

Object& Value::members() {
    if (!is_object()) data_ = Object{};
    return std::get<Object>(data_);
}

const Value* Value::find(std::string_view name) const {
    for (const auto& [key, value] : members()) {
        if (key == name) return &value;
    }
    return nullptr;
}

Value* Value::find(std::string_view name) {
    return const_cast<Value*>(static_cast<const Value*>(this)->find(name));
}

const Value* Value::at_pointer(std::string_view pointer) const {
    const Value* here = this;
    while (here && !pointer.empty()) {
        if (pointer[0] != '/') return nullptr;
        const size_t end = pointer.find('/', 1);
        const auto token = unescape_token(pointer.substr(1, end == pointer.npos ? end : end - 1));
        here = child_of(*here, token);
        pointer = end == pointer.npos ? std::string_view() : pointer.substr(end);
    }
    return here;
}

std::string Value::text(std::string_view name, std::string_view fallback) const {
    const Value* v = find(name);
    const auto s = v ? v->string() : std::nullopt;
    return std::string(s ? *s : fallback);
}

Value& Value::set(std::string_view name, Value v) {
    if (Value* existing = find(name)) {
        *existing = std::move(v);
    } else {
        members().emplace_back(std::string(name), std::move(v));
    }
    return *this;
}

void Value::erase(std::string_view name) {
    std::erase_if(members(), [&](const Member& m) { return m.first == name; });
}

void Value::push(Value v) { items().push_back(std::move(v)); }

bool operator==(const Number& a, const Number& b) { return a.text == b.text; }
bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }

}  // namespace turnpike::json
