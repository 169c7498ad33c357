#pragma once

#include <map>
#include <set>
#include <stdexcept>

#include "tools/sandbox/core/message.hpp"

namespace sandbox::stripe {

/// An error as Stripe words it; thrown, answered at the border.
struct ApiError {
    int status = 400;
    Json error;
};
[[noreturn]] void fail(int status, const std::string& message, const std::string& code = "", const std::string& param = "");

/// Bracketed form parameters; whatever nobody reads is unknown to Stripe.
class Form {
  public:
    explicit Form(const std::string& text);
    std::string text(const std::string& name);
    std::string need(const std::string& name);
    int64_t integer(const std::string& name, int64_t fallback);
    int64_t need_integer(const std::string& name);
    bool has(const std::string& name) const { return values_.count(name) != 0; }
    /// "metadata" -> {"a": "1"} from metadata[a]=1.
    Json object(const std::string& name);
    /// Values of expand[0], expand[1], expand[].
    std::vector<std::string> list(const std::string& name);
    /// Counts line_items[0], line_items[1], ...
    int count(const std::string& name) const;
    void ignore(const std::string& prefix);
    /// 400 parameter_unknown for what was never read.
    void finish() const;

  private:
    std::map<std::string, std::string> values_;
    std::set<std::string> read_;
};

}  // namespace sandbox::stripe
