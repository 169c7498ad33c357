#include "xero.hpp"

namespace xero {
namespace {

JsonObject line(std::string_view check, bool ok, std::string_view message) {
    return JsonObject().set("check", check).set("ok", ok).set("message", message);
}

bool has_account(const Json& accounts, std::string_view wanted) {
    for (const Json& one : accounts["Accounts"].items())
        if (one["Code"].text() == wanted || one["AccountID"].text() == wanted) return true;
    return false;
}

}  // namespace

Task<Next> Xero::check_config(Op& op) const {
    JsonArray details;
    if (tenant_.empty() && !custom_connection()) {
        const Json all = co_await connections(op);
        JsonArray choices;
        for (const Json& one : all.items())
            choices.add(line("organisation", false, std::string(one["tenantName"].text()) + ": tenant_id " + std::string(one["tenantId"].text())));
        co_return done(JsonObject().set("ok", false).set("account", "").set("details", choices));
    }
    const Json envelope = co_await ask(op, get("/Organisation", "organisation"));
    const Json organisation = first_item(envelope, "Organisations");
    const bool demo = organisation["IsDemoCompany"].is_true();
    const bool fits = demo != (mode_ == turnpike::Mode::live);
    details.add(line("organisation", true, "Connected to " + std::string(organisation["Name"].text()) + "."));
    details.add(line("mode", fits, fits ? "The organisation fits the mode." : demo ? "The demo company does not fit live mode."
                                                                                   : "A real organisation does not fit test mode."));
    const Json accounts = co_await ask(op, get("/Accounts", "accounts"));
    bool ok = fits;
    for (const auto& [name, code] : {std::pair("sales_account", &sales_account_), std::pair("bank_account", &bank_account_), std::pair("fee_account", &fee_account_)}) {
        const bool there = has_account(accounts, *code);
        ok = ok && there;
        details.add(line(name, there, there ? "Account " + *code + " is there." : "The organisation has no account " + *code + "."));
    }
    const std::string_view id = tenant_.empty() ? organisation["OrganisationID"].text() : std::string_view(tenant_);
    co_return done(JsonObject().set("ok", ok).set("account", id).set("details", details));
}

}  // namespace xero
