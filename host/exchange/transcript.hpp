#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/exchange/route.hpp"
#include "host/json/value.hpp"
#include "host/plugins/step.hpp"

namespace turnpike::exchange {

/// One exchange of bytes with a provider, scrubbed: no secret, no card number, in no encoding.
struct TranscriptLine {
    int64_t at_unix_ms = 0;
    int64_t duration_ms = 0;
    std::string label, method, url;
    uint32_t status = 0;          ///< 0 = no answer
    std::string failed;           ///< dns, connect, tls, timeout, too_large, policy, stale, breaker, denied
    bool sent_maybe = true;
    std::string request_head, request_body, response_head, response_body;
};
using Transcript = std::vector<TranscriptLine>;

/// Masks what must not be seen.  Made once for a request: its names and its route's secrets.
class Scrubber {
  public:
    Scrubber(const Route& route, const plugins::HttpRequest& request);
    std::string text(std::string_view bytes) const;
    std::string body(std::string_view bytes) const;
    std::string head(const std::vector<plugins::Header>& headers) const;

  private:
    bool masked_name(std::string_view name) const;
    std::string mask_json(std::string_view bytes, bool& was_json) const;
    void mask_members(json::Value& value) const;
    std::string mask_form(std::string_view bytes) const;
    std::string mask_xml(std::string bytes) const;

    std::vector<std::string> names_;    ///< lower case
    std::vector<std::string> secrets_;  ///< every spelling
};

std::string_view to_text(plugins::FailReason reason);
json::Value to_json(const Transcript& transcript);
/// Runs of 13 to 19 digits that satisfy Luhn become the last four digits.
std::string mask_card_numbers(std::string text);

}  // namespace turnpike::exchange
