#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "host/base/result.hpp"

namespace turnpike::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
/// Members in the order they were written.  Objects are small; a linear search beats a tree.
using Object = std::vector<Member>;

/// A number, kept as the digits that were written: money never passes through a double.
struct Number {
    std::string text;
};

/// One JSON value.  Copyable, no sharing, not synchronised.
class Value {
  public:
    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool b) : data_(b) {}
    Value(int n) : Value(static_cast<int64_t>(n)) {}
    Value(int64_t n) : data_(Number{std::to_string(n)}) {}
    Value(uint64_t n) : data_(Number{std::to_string(n)}) {}
    Value(Number n) : data_(std::move(n)) {}
    Value(const char* s) : data_(std::string(s)) {}
    Value(std::string_view s) : data_(std::string(s)) {}
    Value(std::string s) : data_(std::move(s)) {}
    Value(Array a) : data_(std::move(a)) {}
    Value(Object o) : data_(std::move(o)) {}
    /// null when there is no value.
    template <class T>
    Value(const std::optional<T>& v) {
        if (v) *this = Value(*v);
    }
    static Value object(std::initializer_list<Member> members = {}) { return Value(Object(members)); }
    static Value array(std::initializer_list<Value> items = {}) { return Value(Array(items)); }

    bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    bool is_bool() const { return std::holds_alternative<bool>(data_); }
    bool is_number() const { return std::holds_alternative<Number>(data_); }
    bool is_string() const { return std::holds_alternative<std::string>(data_); }
    bool is_array() const { return std::holds_alternative<Array>(data_); }
    bool is_object() const { return std::holds_alternative<Object>(data_); }

    /// The typed content; empty/nullopt when the type is another.
    std::optional<bool> boolean() const;
    std::optional<std::string_view> string() const;
    std::optional<std::string_view> number_text() const;
    /// An integer written without fraction or exponent that fits.
    std::optional<int64_t> integer() const;
    const Array& items() const;
    const Object& members() const;
    Array& items();
    Object& members();

    /// The member, or nullptr (also when this is no object).
    const Value* find(std::string_view name) const;
    Value* find(std::string_view name);
    /// RFC 6901; nullptr when nothing is there.
    const Value* at_pointer(std::string_view pointer) const;
    /// String member or the fallback.
    std::string text(std::string_view name, std::string_view fallback = {}) const;
    /// Adds or replaces a member; makes an object of null.
    Value& set(std::string_view name, Value v);
    /// Adds the member only when there is a value.
    template <class T>
    Value& set_if(std::string_view name, const std::optional<T>& v) {
        if (v) set(name, Value(*v));
        return *this;
    }
    void erase(std::string_view name);
    void push(Value v);

    friend bool operator==(const Value& a, const Value& b);

  private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

}  // namespace turnpike::json
