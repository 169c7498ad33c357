#pragma once

#include <string>

#include "run.hpp"
#include "turnpike/provider.hpp"

namespace script {

using turnpike::Error;
using turnpike::ErrorKind;
using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Next;
using turnpike::Op;
using turnpike::Task;

/// One script bound to a company: a driver of numbers, a way to pay, or a function to run.
class ScriptForge {
  public:
    explicit ScriptForge(const turnpike::Config& config);

    Task<Next> check_config(Op& op) const;
    Task<Next> run(Op& op) const;
    Task<Next> search(Op& op) const;
    Task<Next> allocate(Op& op) const;
    Task<Next> release(Op& op) const;
    Task<Next> list(Op& op) const;
    Task<Next> create_payment(Op& op) const;
    Task<Next> query_payment(Op& op) const;
    Task<Next> create_refund(Op& op) const;
    Task<Next> query_refund(Op& op) const;
    Task<Next> handle_webhook(Op& op) const;

  private:
    /// Runs a function to its end; the operation waits where the script does.
    Task<Ended> ask(Op& op, std::string function, std::string data_json) const;
    turnpike::Observation observe(const Op& op, const Json& said, const Json& input) const;

    Program program_;
    turnpike::Mode mode_;
};

/// A coded failure of a script as the operation's failure.  `retry`: asking again changes nothing.
Error error_of(const Ended& ended, bool retry);
/// "+44 20-7946" as "+44207946"; "" when it is no number.
std::string number_of(std::string_view text);

}  // namespace script
