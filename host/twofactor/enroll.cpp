#include "host/identity/base32.hpp"
#include "host/identity/lockout.hpp"
#include "host/identity/totp.hpp"
#include "host/json/read.hpp"
#include "host/payments/plugin_problem.hpp"
#include "host/twofactor/challenges.hpp"

namespace turnpike::twofactor {
namespace {

constexpr int64_t kEnrollMs = 20'000;

exchange::Completion as_value(ValueThen then) {
    return [then = std::move(then)](exchange::OperationResult result) {
        if (result.error()) return then(Failure(payments::plugin_problem(result)));
        then(json::read(result.done()->result_json).value_or(json::Value::object()));
    };
}

}  // namespace

void Challenges::devices(const std::string& integration, const std::string& username, ValueThen then) {
    auto found = usable(integration);
    if (!found) return then(Failure(found.error()));
    run(*found, "twofactor.devices/1", "devices/" + deps_.ids.make("op_"), json::Value::object({{"username", username}}), kEnrollMs, std::nullopt, as_value(std::move(then)));
}

void Challenges::enroll(const std::string& integration, const std::string& username, const std::string& owner, ValueThen then) {
    if (integration != kOwnFactor) {
        auto found = usable(integration);
        if (!found) return then(Failure(found.error()));
        return run(*found, "twofactor.enroll/1", "enroll/" + deps_.ids.make("op_"), json::Value::object({{"username", username}}), kEnrollMs, std::nullopt,
                   as_value(std::move(then)));
    }
    payments::in_unit<json::Value>(deps_.store, [this, owner, username](store::Tx& tx) {
        if (OwnFactor::enrolled(tx.db, owner)) payments::refuse(409, "already_enrolled", "This person has an authenticator app already.");
        const std::string secret = own_.begin(tx, owner);
        return json::Value::object({{"secret", identity::to_base32(secret)}, {"uri", identity::totp_uri(secret, "Turnpike", username)}});
    }, std::move(then));
}

void Challenges::confirm_enrollment(const std::string& integration, const std::string& owner, const json::Value& what, ValueThen then) {
    if (integration != kOwnFactor) {
        auto found = usable(integration);
        if (!found) return then(Failure(found.error()));
        return run(*found, "twofactor.enroll_poll/1", "enroll_poll/" + deps_.ids.make("op_"), what, kEnrollMs, std::nullopt, as_value(std::move(then)));
    }
    struct Confirmed {
        std::optional<std::vector<std::string>> codes;
    };
    payments::in_unit<Confirmed>(deps_.store, [this, owner, code = what.text("passcode")](store::Tx& tx) {
        if (identity::locked_for_s(tx.db, owner, tx.now_ms) > 0) payments::refuse(429, "locked_out", "Too many wrong codes; try again later.");
        Confirmed out{own_.confirm(tx, owner, code)};
        if (!out.codes) identity::count_wrong(tx, owner);
        return out;
    }, [then = std::move(then)](Result<Confirmed> confirmed) {
        if (!confirmed) return then(Failure(confirmed.error()));
        if (!confirmed->codes) return then(failure(422, "passcode_wrong", "The code is wrong or was used before."));
        json::Value codes = json::Value::array();
        for (const std::string& code : *confirmed->codes) codes.push(code);
        then(json::Value::object({{"status", "success"}, {"recovery_codes", std::move(codes)}}));
    });
}

}  // namespace turnpike::twofactor
