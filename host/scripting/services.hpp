#pragma once

#include "host/exchange/exchange.hpp"
#include "host/payments/service.hpp"
#include "host/scripting/mail.hpp"

namespace turnpike::scripting {

/// What the host does for scripts: script.kv, script.rest, script.email.  A refusal is the script's "403 words".
class Services {
  public:
    Services(const payments::ServiceDeps& deps, Mailer& mailer) : deps_(deps), mailer_(mailer) {}
    /// For exchange::Exchange::Options::services.
    void call(const exchange::ServiceCall& call, std::function<void(std::optional<std::string>)> then);

  private:
    void email(const payments::Integration& integration, const json::Value& asked, ValueThen then);

    const payments::ServiceDeps& deps_;
    Mailer& mailer_;
};

}  // namespace turnpike::scripting
