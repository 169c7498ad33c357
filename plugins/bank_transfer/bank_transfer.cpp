#include <string>
#include <string_view>

#include "turnpike/provider.hpp"
#include "turnpike_manifest.h"

namespace bank_transfer {

using turnpike::Json;
using turnpike::JsonArray;
using turnpike::JsonObject;
using turnpike::Money;
using turnpike::Next;
using turnpike::Observation;
using turnpike::Op;
using turnpike::Status;
using turnpike::Task;

/// Money that arrives on the operator's own bank account.  The payer is told where to and under which reference; an
/// operator who sees it on the statement completes the payment by hand.
class BankTransfer {
  public:
    explicit BankTransfer(const turnpike::Config& config)
        : mode_(config.mode()), instructions_(config.setting("instructions")) {
        if (instructions_.empty()) {
            throw turnpike::Error(turnpike::ErrorKind::config,
                                  "Say where the money is to be sent to.")
                .field("/settings/instructions");
        }
    }

    Task<Next> check_config(Op&) const {
        const bool names = instructions_.find("{reference}") != std::string::npos;
        JsonArray details;
        details.add(
            JsonObject()
                .set("check", "reference")
                .set("ok", names)
                .set("message", names ? "The instructions name the reference."
                                      : "The instructions do not contain {reference}; it is shown "
                                        "beside them all the same."));
        co_return done(
            JsonObject().set("ok", true).set("account", "").set("details", details));
    }

    Task<Next> create_payment(Op& op) const {
        const Json input = op.input();
        const std::string_view reference = input.need_text("/reference");
        const Money total = Money::read(input["total"]);
        JsonObject action;
        action.set("type", "instructions");
        action.set("text", filled(reference, total));
        action.set("reference", reference);
        Observation out(mode_, op.now_unix_ms());
        out.reference(reference).amount(total).status(Status::pending).next_action(action);
        co_return done(out);
    }

    /// Nobody else knows of the payment: it is over when we say so.
    Task<Next> void_payment(Op& op) const {
        Observation out(mode_, op.now_unix_ms());
        out.reference(op.input().need_text("/reference")).status(Status::cancelled);
        co_return done(out);
    }

  private:
    std::string filled(std::string_view reference, const Money& total) const {
        std::string out = instructions_;
        replace(out, "{reference}", reference);
        replace(out, "{amount}", total.decimal());
        replace(out, "{currency}", total.currency());
        return out;
    }

    static void replace(std::string& text, std::string_view from, std::string_view to) {
        for (size_t at = text.find(from); at != std::string::npos;
             at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
    }

    turnpike::Mode mode_;
    std::string instructions_;
};

constexpr turnpike::Operation<BankTransfer> kOperations[] = {
    {"config.check/1", &BankTransfer::check_config},
    {"payment.create/1", &BankTransfer::create_payment},
    {"payment.void/1", &BankTransfer::void_payment},
};

}  // namespace bank_transfer

TURNPIKE_PROVIDER(bank_transfer::BankTransfer, bank_transfer::kOperations, turnpike_manifest);
