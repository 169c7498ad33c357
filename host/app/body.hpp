#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/http/message.hpp"
#include "host/json/value.hpp"

namespace turnpike::app {

/// Reads the members of a JSON body and collects every fault, so that one answer names them all.
class Body {
  public:
    /// Failure: 400 malformed_json.
    static Result<Body> read(const http::Request& request);

    std::string text(const std::string& name, size_t max = 2000);
    /// As text(); its absence is a fault.
    std::string need(const std::string& name, size_t max = 2000);
    std::optional<bool> boolean(const std::string& name);
    std::optional<int64_t> integer(const std::string& name, int64_t min, int64_t max);
    std::vector<std::string> texts(const std::string& name);
    /// An object of texts (metadata), at most 50 members.
    json::Value texts_object(const std::string& name);
    /// An http or https URL.
    std::string url(const std::string& name, bool required);
    /// A list of at most `max` objects; nullptr when it is absent or wrong.
    const json::Value* take_array(const std::string& name, size_t max);
    const json::Value* take_object(const std::string& name);
    /// Whatever it is; nullptr when absent or null.
    const json::Value* take_any(const std::string& name) { return take(name); }
    std::string word(const std::string& name, const std::vector<std::string>& words, const std::string& fallback);
    bool has(const std::string& name) const { return value_.find(name) != nullptr; }
    void fault(const std::string& pointer, std::string code, std::string detail);
    /// The faults, with every member nobody asked for: 422, the code of the first one.
    std::optional<Problem> finish();
    const json::Value& value() const { return value_; }

  private:
    explicit Body(json::Value value) : value_(std::move(value)) {}
    const json::Value* take(const std::string& name);

    json::Value value_;
    std::vector<std::string> known_;
    std::vector<FieldError> faults_;
};

/// Whether the text holds a run of 13 to 19 digits that looks like a card number; no input may.
bool holds_card_number(std::string_view text);

}  // namespace turnpike::app
