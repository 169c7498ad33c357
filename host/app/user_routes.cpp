#include <algorithm>

#include "host/app/api.hpp"
#include "host/base/encoding.hpp"
#include "host/base/crypto.hpp"
#include "host/identity/role.hpp"
#include "host/json/write.hpp"

namespace turnpike::app {
namespace {

using identity::User;
using json::Value;

constexpr int64_t kLongestLinkS = 900;

void audit(store::Tx& tx, const Call& call, const char* action, const std::string& object, Value detail) {
    tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)", tx.now_ms, call.who.name, action, object, json::write(detail));
}

Value user_json(const User& user) {
    auto text = [](const std::string& t) { return t.empty() ? Value() : Value(t); };
    return Value::object({{"id", user.id}, {"username", user.username}, {"role", text(user.role)}, {"customer", text(user.customer)}, {"disabled", user.disabled},
                          {"must_change_password", user.must_change}, {"created_at", rfc3339(user.created_at).text},
                          {"last_sign_in_at", user.last_sign_in_at ? Value(rfc3339(*user.last_sign_in_at).text) : Value()}});
}

/// Hashes a new one-time password off the request's thread, then stores what `change` makes of it and shows both.
void with_one_time_password(const ApiDeps& deps, const Call& call, int status, std::function<User(store::Tx&, const std::string& hash)> change) {
    const bool queued = deps.people.passwords.post([deps, call, status, change = std::move(change)] {
        const std::string password = identity::one_time_password(deps.random);
        const std::string hash = identity::hash_password(password, deps.random);
        payments::in_unit<User>(deps.service.deps().store, [hash, change](store::Tx& tx) { return change(tx, hash); }, [call, status, password](Result<User> user) {
            if (!user) return call.fail(user.error());
            Value body = user_json(*user);
            body.set("one_time_password", password);
            http::Response response = http::json_response(status, body);
            response.headers.push_back({"Cache-Control", "no-store"});
            call.reply.send(std::move(response));
        });
    });
    if (!queued) call.fail(problem(429, "busy", "Too many passwords are being made at once; try again."));
}

void create_user(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    User user;
    user.username = identity::fold_username(body->need("username", 100));
    user.customer = body->text("customer", 64);
    user.role = user.customer.empty() ? body->word("role", identity::roles(), "support") : body->text("role", 20);
    if (const std::string fault = identity::username_fault(user.username); !fault.empty()) body->fault("/username", "not_allowed", fault);
    if (!user.customer.empty() && !user.role.empty()) body->fault("/role", "not_allowed", "A user of the portal has no role.");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    user.id = deps.service.deps().ids.make("usr_");
    user.must_change = true;
    with_one_time_password(deps, call, 201, [user, call](store::Tx& tx, const std::string& hash) mutable {
        if (!user.customer.empty()) {
            auto rows = tx.db.query("SELECT 1 FROM customers WHERE id = $1 AND erased_at IS NULL", user.customer);
            if (!rows.next()) payments::refuse(422, "unknown_customer", "There is no customer " + user.customer + ".");
        }
        user.password = hash;
        user.created_at = tx.now_ms;
        if (!identity::insert_user(tx, user)) payments::refuse(409, "user_exists", "There is a user " + user.username + " already.");
        audit(tx, call, "user.create", user.id, Value::object({{"username", user.username}, {"role", user.role}}));
        return user;
    });
}

User need_user(store::Session& db, const std::string& id) {
    auto user = identity::load_user(db, id);
    if (!user) payments::refuse(404, "not_found", "There is no user " + id + ".");
    return std::move(*user);
}

void keep_an_owner(store::Session& db, const User& user) {
    if (user.role == "owner" && identity::is_last_owner(db, user.id)) payments::refuse(409, "last_owner", "Nobody else could let people in: make another owner first.");
}

void reset_user(const ApiDeps& deps, const Call& call) {
    with_one_time_password(deps, call, 200, [call](store::Tx& tx, const std::string& hash) {
        User user = need_user(tx.db, call.request->param("id"));
        user.password = hash;
        user.must_change = true;
        identity::update_user(tx, user);
        identity::end_sessions_of(tx, user.id, "");
        // Whoever lost the password may have lost the phone.
        tx.db.run("DELETE FROM totp WHERE owner = $1", user.id);
        tx.db.run("DELETE FROM recovery_codes WHERE owner = $1", user.id);
        audit(tx, call, "user.reset", user.id, Value::object({{"username", user.username}}));
        return user;
    });
}

void patch_user(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const std::string role = body->has("role") ? body->word("role", identity::roles(), "") : "";
    const auto disabled = body->boolean("disabled");
    if (auto wrong = body->finish()) return call.fail(*wrong);
    payments::in_unit<payments::Answered>(deps.service.deps().store, [call, role, disabled](store::Tx& tx) {
        User user = need_user(tx.db, call.request->param("id"));
        const User before = user;
        if (!role.empty() && !user.customer.empty()) payments::refuse(422, "not_allowed", "A user of the portal has no role.");
        if (!role.empty()) user.role = role;
        user.disabled = disabled.value_or(user.disabled);
        if (user.disabled || user.role != "owner") keep_an_owner(tx.db, before);
        identity::update_user(tx, user);
        if (user.disabled) identity::end_sessions_of(tx, user.id, "");
        audit(tx, call, "user.change", user.id, Value::object({{"before", user_json(before)}, {"after", user_json(user)}}));
        return payments::Answered{200, user_json(user)};
    }, call.then());
}

void remove_user(const ApiDeps& deps, const Call& call) {
    payments::in_unit<bool>(deps.service.deps().store, [call](store::Tx& tx) {
        const User user = need_user(tx.db, call.request->param("id"));
        keep_an_owner(tx.db, user);
        identity::delete_user(tx, user.id);
        audit(tx, call, "user.delete", user.id, Value::object({{"username", user.username}}));
        return true;
    }, [call](Result<bool> removed) {
        if (!removed) return call.fail(removed.error());
        call.reply.send(http::empty_response(204));
    });
}

void list_users(const ApiDeps& deps, const Call& call) {
    Value data = Value::array();
    for (const User& user : deps.service.deps().store.read([](store::Session& db) { return identity::list_users(db); })) data.push(user_json(user));
    call.answer(200, page_json(std::move(data), ""));
}

/// A link that signs a customer in once; only its hash is stored.
void portal_link(const ApiDeps& deps, const Call& call) {
    auto body = Body::read(*call.request);
    if (!body) return call.fail(body.error());
    const int64_t ttl_s = body->integer("ttl_s", 10, kLongestLinkS).value_or(kLongestLinkS);
    if (auto wrong = body->finish()) return call.fail(*wrong);
    const std::string token = deps.people.sessions.new_token();
    payments::in_unit<payments::Answered>(deps.service.deps().store, [deps, call, token, ttl_s](store::Tx& tx) {
        const std::string& customer = call.request->param("id");
        {
            auto rows = tx.db.query("SELECT 1 FROM customers WHERE id = $1 AND erased_at IS NULL", customer);
            if (!rows.next()) payments::refuse(404, "not_found", "There is no customer " + customer + ".");
        }
        const std::string hash = sha256(token);
        const int64_t until = tx.now_ms + ttl_s * 1000;
        tx.db.run("INSERT INTO portal_links (hash, customer, created_at, expires_at) VALUES ($1, $2, $3, $4)", store::Blob{hash}, customer, tx.now_ms, until);
        audit(tx, call, "customer.portal_link", customer, Value::object());
        // After '#' it reaches no server's log.
        return payments::Answered{201, Value::object({{"url", deps.people.public_url() + "/portal/link#" + token}, {"expires_at", rfc3339(until).text}})};
    }, call.then());
}

}  // namespace

void add_user_routes(const ApiDeps& deps) {
    add_route(deps, {"POST", "/v1/users", "admin"}, [deps](const Call& call) { create_user(deps, call); });
    add_route(deps, {"GET", "/v1/users", "admin"}, [deps](const Call& call) { list_users(deps, call); });
    add_route(deps, {"GET", "/v1/users/{id}", "admin"}, [deps](const Call& call) {
        call.answer(200, user_json(deps.service.deps().store.read([&](store::Session& db) { return need_user(db, call.request->param("id")); })));
    });
    add_route(deps, {"PATCH", "/v1/users/{id}", "admin"}, [deps](const Call& call) { patch_user(deps, call); });
    add_route(deps, {"DELETE", "/v1/users/{id}", "admin"}, [deps](const Call& call) { remove_user(deps, call); });
    add_route(deps, {"POST", "/v1/users/{id}/reset", "admin"}, [deps](const Call& call) { reset_user(deps, call); });
    add_route(deps, {"POST", "/v1/customers/{id}/portal-links", "customers"}, [deps](const Call& call) { portal_link(deps, call); });
}

}  // namespace turnpike::app
