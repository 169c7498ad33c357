#include "host/payments/plugin_problem.hpp"

namespace turnpike::payments {
namespace {

using plugins::ErrorKind;

struct Row {
    ErrorKind kind;
    int status;
    const char* code;
    const char* detail;
    bool retryable;
};
constexpr Row kRows[] = {
    {ErrorKind::config, 422, "integration_misconfigured", "A setting of the integration is wrong or missing.", false},
    {ErrorKind::input, 422, "not_expressible", "The provider cannot express what was asked.", false},
    {ErrorKind::unsupported, 422, "unsupported_operation", "The provider does not offer this operation.", false},
    {ErrorKind::auth, 502, "provider_credentials", "The provider refuses the integration's credentials.", false},
    {ErrorKind::declined, 402, "declined", "The provider declined.", false},
    {ErrorKind::rate, 503, "provider_rate_limited", "The provider asks us to slow down.", true},
    {ErrorKind::provider, 502, "provider_error", "The provider answered with an error.", true},
    {ErrorKind::forged, 400, "not_authentic", "The message could not be proven.", false},
    {ErrorKind::internal, 500, "plugin_fault", "The provider's plugin is at fault.", false},
};

bool never_answered(const exchange::OperationResult& result) {
    return !result.transcript.empty() && result.transcript.back().status == 0;
}

}  // namespace

Problem plugin_problem(const exchange::OperationResult& result) {
    const plugins::PluginError& error = *result.error();
    const Row* row = &kRows[6];
    for (const Row& candidate : kRows)
        if (candidate.kind == error.kind) row = &candidate;
    Problem p = problem(row->status, row->code, error.hint.empty() ? row->detail : error.hint);
    p.retryable = row->retryable;
    if (error.kind == ErrorKind::provider && never_answered(result)) {
        p.code = "provider_unavailable";
        if (error.hint.empty()) p.detail = "The provider could not be reached.";
    }
    if (!error.provider_code.empty()) p.provider_code = error.provider_code;
    if (!error.provider_message.empty()) p.provider_message = error.provider_message;
    if (error.kind == ErrorKind::rate) p.retry_after_s = static_cast<int>((error.retry_after_ms + 999) / 1000 + (error.retry_after_ms == 0));
    if (!error.field.empty()) p.errors.push_back({error.field, p.code, p.detail});
    return p;
}

}  // namespace turnpike::payments
