#pragma once

#include <optional>
#include <string>
#include <vector>

namespace turnpike {

/// One member of a request that was wrong; `pointer` is a JSON pointer into the body or a parameter's name.
struct FieldError {
    std::string pointer;
    std::string code;
    std::string detail;
};

/// An expected failure, in the words of the HTTP API (RFC 9457).  `code` is stable and documented in
/// host/docs/errors.md; `detail` is for people and never holds a secret.  The provider_* members are
/// verbatim from the provider and only shown to operators.
struct Problem {
    int status = 500;
    std::string code = "internal";
    std::string detail;
    std::vector<FieldError> errors;
    std::optional<std::string> provider_code;
    std::optional<std::string> provider_message;
    bool retryable = false;
    std::optional<int> retry_after_s;
};

/// Shorthand for the common case: problem(422, "amount_invalid", "...").
inline Problem problem(int status, std::string code, std::string detail) {
    Problem p;
    p.status = status;
    p.code = std::move(code);
    p.detail = std::move(detail);
    return p;
}

}  // namespace turnpike
