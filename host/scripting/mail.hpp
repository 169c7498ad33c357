#pragma once

#include <optional>
#include <string>

#include "host/base/result.hpp"
#include "host/base/workers.hpp"
#include "host/json/value.hpp"
#include "host/scripting/kv.hpp"

namespace turnpike::scripting {

/// One message; failure 422 when an address or a subject cannot stand in a header.
struct Mail {
    std::string to, subject, text, html;
};
Result<Mail> read_mail(const json::Value& asked);
/// The message as RFC 5322 and MIME text, UTF-8.
std::string mime_of(const Mail& mail, const std::string& from, int64_t now_ms);

/// Sends over SMTP (smtp://, smtps://; user and password in the URL), on a thread of its own.
class Mailer {
  public:
    Mailer(std::optional<std::string> url, std::string from) : url_(std::move(url)), from_(std::move(from)) {}
    bool configured() const { return url_.has_value(); }
    void send(const Mail& mail, int64_t now_ms, ValueThen then);
    void stop() { thread_.stop(); }

  private:
    std::optional<std::string> url_;
    std::string from_;
    Workers thread_{1};
};

}  // namespace turnpike::scripting
