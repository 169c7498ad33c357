#pragma once

#include <functional>
#include <string>

#include "host/accounting/accounting.hpp"
#include "host/app/body.hpp"
#include "host/app/people.hpp"
#include "host/app/principal.hpp"
#include "host/base/address_ranges.hpp"
#include "host/exchange/health.hpp"
#include "host/http/router.hpp"
#include "host/payments/inbox.hpp"
#include "host/plugins/registry.hpp"
#include "host/scripting/numbers.hpp"

namespace turnpike::app {

/// What the operator's acts on integrations need from the running host.
struct HostControl {
    std::function<Result<void>()> reload;                ///< reads the file again; 422 config_invalid keeps the old one
    std::function<Result<void>()> rebuild;               ///< integrations anew from the same file and today's rows
    std::function<const plugins::PluginRegistry&()> registry;
    std::function<bool()> ready;
    std::function<bool()> recovering;                    ///< after a restore: nothing new is begun
    std::function<std::string()> metrics;
    std::function<json::Value()> brand;                  ///< the portal's name and colour: {name, accent, support_url}
    std::function<std::optional<exchange::HealthBoard::Failing>(const std::string& integration)> failing;
    std::function<std::shared_ptr<const AddressRanges>()> private_networks;  ///< that webhook endpoints may lie in; never null
};

struct ApiDeps {
    http::Router& router;
    payments::PaymentService& service;
    payments::Inbox& inbox;
    Tokens& tokens;
    Random& random;
    HostControl control;
    People& people;
    accounting::Accounting& accounting;
    scripting::Numbers& numbers;
};

/// Everything that answers under /v1 and beside it.  Every route names its scope; a route without one authenticates
/// by itself (hooks, browser pages) or is public (health).
void add_customer_routes(const ApiDeps& deps);
void add_erase_routes(const ApiDeps& deps);
/// The customer as the API shows it; throws payments::Rejected 404.
json::Value load_customer(store::Session& db, const std::string& id);
void add_entry_routes(const ApiDeps& deps);
void add_payment_routes(const ApiDeps& deps);
void add_payment_list_routes(const ApiDeps& deps);
void add_payment_log_routes(const ApiDeps& deps);
void add_browser_routes(const ApiDeps& deps);
void add_hook_routes(const ApiDeps& deps);
void add_integration_routes(const ApiDeps& deps);
void add_admin_routes(const ApiDeps& deps);
void add_public_routes(const ApiDeps& deps);
void add_session_routes(const ApiDeps& deps);
void add_user_routes(const ApiDeps& deps);
void add_twofactor_routes(const ApiDeps& deps);
void add_portal_routes(const ApiDeps& deps);
void add_accounting_routes(const ApiDeps& deps);
void add_connect_routes(const ApiDeps& deps);
void add_script_routes(const ApiDeps& deps);
void add_number_routes(const ApiDeps& deps);
void add_statistics_routes(const ApiDeps& deps);
void add_outgoing_routes(const ApiDeps& deps);
void add_web_routes(const ApiDeps& deps);

/// One authorized request on its way through a handler.
struct Call {
    http::RequestPtr request;
    http::Reply reply;
    Principal who;

    void answer(int status, const json::Value& body) const { reply.send(http::json_response(status, body)); }
    void fail(const Problem& problem) const { reply.send(http::problem_response(problem, request->request_id)); }
    /// The continuation of a service's method.
    payments::Then then() const;
};
/// Adds a route whose handler runs only for tokens, and people signed in to the panel, that hold the scope.
void add_route(const ApiDeps& deps, http::RouteSpec spec, std::function<void(const Call&)> handler);

/// Adds a route for people signed in to the portal; the call's `who.customer` says whose.
void add_portal_route(const ApiDeps& deps, http::RouteSpec spec, std::function<void(const Call&)> handler);

/// The request's Idempotency-Key, scoped; failure 400 idempotency_key_required.
Result<payments::IdempotencyKey> idempotency_key(const Call& call, const std::string& mode);

/// `limit` (1 to 200) and `after` of a list request; failure 422.
struct PageAsked {
    int limit = 50;
    std::string after;
    std::string mode;
};
/// A caller of one mode only is shown that mode; asking for one it lacks is a 403.
Result<PageAsked> page_asked(const Call& call);
/// A row's number out of `after`; nothing for any other text.
std::optional<int64_t> row_number(const std::string& text);
/// `from` and `to` of a list request, days such as 2026-11-22 in UTC, both within the list; failure 422.
struct DaysAsked {
    int64_t from_ms = 0;
    int64_t to_ms = INT64_MAX;  ///< the first moment that is not meant any more
};
Result<DaysAsked> days_asked(const Call& call);
json::Value page_json(json::Value rows, const std::string& next);

}  // namespace turnpike::app
