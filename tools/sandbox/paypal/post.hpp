#pragma once

#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/sandbox/core/message.hpp"

namespace sandbox::paypal {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Fields as PayPal posts them: form encoded, values in windows-1252 (given in UTF-8).
std::string form_1252(const Fields& fields);
/// As PayPal's API answers: form encoded with lower-case hex, and more encoded than needed.
std::string form_nvp(const Fields& fields);
/// "10.00", or "10" where the currency has no decimals at PayPal; `minor` in the desk's unit.
std::string amount_text(int64_t minor, const std::string& currency);
bool has_no_decimals(const std::string& currency);

/// What PayPal has sent, and the answer to whoever asks.  Any thread.
class Post {
  public:
    void sent(const std::string& body);
    /// VERIFIED when the rest of the message, in order and byte for byte, is one that was sent; `cmd` may stand first,
    /// last or in the query.
    Response verify(const Request& request);
    void forget();
    Json snapshot();
    void restore(const Json& bodies);

  private:
    std::mutex mutex_;
    std::set<std::string> bodies_;
};

}  // namespace sandbox::paypal
