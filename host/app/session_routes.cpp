#include "host/app/api.hpp"
#include "host/base/crypto.hpp"
#include "host/identity/lockout.hpp"
#include "host/identity/role.hpp"
#include "host/json/write.hpp"

namespace turnpike::app {
namespace {

using identity::Session;
using json::Value;

constexpr identity::LockoutRule kPasswordAnywhere{25, 15 * 60'000};
constexpr int64_t kLongestWaitS = 25;

void audit(store::Tx& tx, const std::string& actor, const char* action, const std::string& object, const std::string& ip) {
    tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5)", tx.now_ms, actor, action, object,
              json::write(Value::object({{"ip", ip}})));
}

/// One request about the browser's own session.
struct Visit {
    ApiDeps deps;
    http::RequestPtr request;
    http::Reply reply;

    store::Store& store() const { return deps.service.deps().store; }
    void fail(const Problem& problem) const { reply.send(http::problem_response(problem, request->request_id)); }
};

std::string factor_name(const Visit& visit, const Session& session) {
    const auto user = visit.store().read([&](store::Session& db) { return identity::load_user(db, session.user); });
    return user ? user->username : session.customer;
}

Value second_factor_json(const Visit& visit, const Session& session) {
    const std::string factor = visit.deps.people.second_factor_of(session.site);
    if (factor.empty()) return {};
    const Value factors = factor == twofactor::kOwnFactor ? Value::array({"totp", "recovery"}) : Value::array({"auto", "push", "phone", "sms", "passcode"});
    return Value::object({{"integration", factor}, {"factors", factors}});
}

Value session_json(const Visit& visit, const Session& session) {
    const auto user = visit.store().read([&](store::Session& db) { return identity::load_user(db, session.user); });
    auto text = [](const std::string& t) { return t.empty() ? Value() : Value(t); };
    Value out = Value::object({{"id", session.id}, {"site", session.site}, {"username", user ? Value(user->username) : Value()}, {"role", user ? text(user->role) : Value()},
                               {"customer", text(session.customer)}, {"status", session.status}, {"csrf_token", visit.deps.people.sessions.csrf_token(session)}});
    const identity::RoleRights rights = identity::rights_of(user ? user->role : "");
    Value scopes = Value::array(), reads = Value::array();
    for (const std::string& scope : rights.scopes) scopes.push(scope);
    for (const std::string& scope : rights.reads) reads.push(scope);
    out.set("scopes", session.active() ? std::move(scopes) : Value::array()).set("reads", session.active() ? std::move(reads) : Value::array());
    out.set("second_factor", second_factor_json(visit, session));
    const auto challenge = session.challenge.empty() ? std::nullopt : visit.deps.people.challenges.find(session.challenge);
    out.set("challenge", challenge ? twofactor::challenge_json(*challenge) : Value());
    return out.set("expires_at", rfc3339(session.expires_at).text);
}

/// Answers with the session as it is in the store now; a token that was made on the way becomes the cookie.
void show(const Visit& visit, int status, const std::string& id, const std::string& new_token) {
    const auto session = visit.store().read([&](store::Session& db) { return identity::load_session(db, id); });
    if (!session) return visit.fail(problem(401, "not_signed_in", "Sign in first."));
    http::Response response = http::json_response(status, session_json(visit, *session));
    response.headers.push_back({"Cache-Control", "no-store"});
    if (!new_token.empty()) response.headers.push_back(session_cookie(session->site, new_token));
    visit.reply.send(std::move(response));
}

/// What is left to do once the password, or the link, was right.
std::string next_status(store::Session& db, const People& people, const Session& session) {
    const std::string factor = people.second_factor_of(session.site);
    if (factor.empty()) return "active";
    if (factor != twofactor::kOwnFactor || twofactor::OwnFactor::enrolled(db, session.owner())) return "second_factor_required";
    return "enrollment_required";
}

Session fresh_session(const Visit& visit, const std::string& site, const std::string& token) {
    Session out;
    out.hash = identity::Sessions::hash_of(token);
    out.id = visit.deps.service.deps().ids.make("ses_");
    out.site = site;
    out.remote_ip = visit.request->remote_ip;
    const std::string* agent = visit.request->header("User-Agent");
    out.user_agent = agent ? agent->substr(0, 200) : "";
    return out;
}

void signed_in(const Visit& visit, const identity::User& user, const std::string& owner) {
    const std::string token = visit.deps.people.sessions.new_token();
    Session session = fresh_session(visit, user.site(), token);
    session.user = user.id;
    session.customer = user.customer;
    payments::in_unit<std::string>(visit.store(), [session, user, owner, &people = visit.deps.people](store::Tx& tx) mutable {
        session.status = user.must_change ? "password_change_required" : next_status(tx.db, people, session);
        identity::forgive(tx, owner);
        identity::insert_session(tx, session);
        identity::User seen = user;
        seen.last_sign_in_at = tx.now_ms;
        identity::update_user(tx, seen);
        audit(tx, "user/" + user.username, "session.sign_in", session.id, session.remote_ip);
        return session.id;
    }, [visit, token](Result<std::string> id) {
        if (!id) return visit.fail(id.error());
        show(visit, 201, *id, token);
    });
}

void refused(const Visit& visit, const std::string& username, const std::string& owner) {
    payments::in_unit<bool>(visit.store(), [username, owner, ip = visit.request->remote_ip](store::Tx& tx) {
        // A name that nobody has may be a password typed into the wrong field: it is not written down.
        const bool known = identity::find_user(tx.db, username).has_value();
        identity::count_wrong(tx, owner);
        identity::count_wrong(tx, "password/" + username);
        audit(tx, known ? "user/" + username : "nobody", "session.refused", "", ip);
        return true;
    }, [visit](Result<bool> stored) {
        if (!stored) return visit.fail(stored.error());
        visit.fail(problem(401, "sign_in_failed", "Username or password is wrong."));
    });
}

void sign_in(const Visit& visit) {
    if (auto ours = same_origin(visit.deps.people, *visit.request); !ours) return visit.fail(ours.error());
    auto body = Body::read(*visit.request);
    if (!body) return visit.fail(body.error());
    const std::string site = body->word("site", {"panel", "portal"}, "panel");
    const std::string username = identity::fold_username(body->need("username", 100));
    const std::string password = body->need("password", 1000);
    if (auto wrong = body->finish()) return visit.fail(*wrong);
    const std::string owner = "password/" + username + "/" + visit.request->remote_ip;
    const int64_t now = visit.store().clock().now_ms();
    struct Found {
        int locked_for_s;
        std::optional<identity::User> user;
    };
    const Found found = visit.store().read([&](store::Session& db) {
        return Found{std::max(identity::locked_for_s(db, owner, now), identity::locked_for_s(db, "password/" + username, now, kPasswordAnywhere)), identity::find_user(db, username)};
    });
    auto later = [&](const char* code, const char* detail, int seconds) {
        Problem p = problem(429, code, detail);
        p.retry_after_s = seconds;
        visit.fail(p);
    };
    if (found.locked_for_s > 0) return later("locked_out", "Too many wrong passwords; try again later.", found.locked_for_s);
    const bool queued = visit.deps.people.passwords.post([visit, found, site, username, password, owner] {
        const bool fits = identity::password_fits(password, found.user ? found.user->password : "");
        if (fits && !found.user->disabled && found.user->site() == site) signed_in(visit, *found.user, owner);
        else refused(visit, username, owner);
    });
    if (!queued) later("busy", "Too many people are signing in at once; try again.", 2);
}

void spend_link(const Visit& visit) {
    if (auto ours = same_origin(visit.deps.people, *visit.request); !ours) return visit.fail(ours.error());
    auto body = Body::read(*visit.request);
    if (!body) return visit.fail(body.error());
    const std::string hash = sha256(body->need("token", 100));
    if (auto wrong = body->finish()) return visit.fail(*wrong);
    const std::string token = visit.deps.people.sessions.new_token();
    Session session = fresh_session(visit, "portal", token);
    payments::in_unit<std::string>(visit.store(), [session, hash, &people = visit.deps.people](store::Tx& tx) mutable {
        {
            auto rows = tx.db.query("SELECT customer FROM portal_links WHERE hash = $1 AND used_at IS NULL AND expires_at > $2", store::Blob{hash}, tx.now_ms);
            if (!rows.next()) payments::refuse(401, "link_over", "This link is over or was used before.");
            session.customer = rows.text(0);
        }
        tx.db.run("UPDATE portal_links SET used_at = $2 WHERE hash = $1", store::Blob{hash}, tx.now_ms);
        session.status = next_status(tx.db, people, session);
        identity::insert_session(tx, session);
        audit(tx, "customer/" + session.customer, "session.link", session.id, session.remote_ip);
        return session.id;
    }, [visit, token](Result<std::string> id) {
        if (!id) return visit.fail(id.error());
        show(visit, 201, *id, token);
    });
}

/// The challenge was allowed: it is used up, and the session goes on under a new token.
void activate(const Visit& visit, const Session& session, const std::string& challenge) {
    const std::string token = visit.deps.people.sessions.new_token();
    payments::in_unit<bool>(visit.store(), [session, challenge, token, &people = visit.deps.people](store::Tx& tx) {
        people.challenges.consume_in(tx, challenge);
        identity::move_session(tx, session.id, identity::Sessions::hash_of(token), "active");
        audit(tx, "session/" + session.id, "session.second_factor", challenge, session.remote_ip);
        return true;
    }, [visit, session, token](Result<bool> moved) {
        if (!moved) return visit.fail(moved.error());
        show(visit, 200, session.id, token);
    });
}

/// Waits for the session's challenge when there is one, and takes it over when it was allowed.
void show_current(const Visit& visit, const Session& session) {
    const std::string wait = visit.request->query_param("wait").value_or("0");
    const bool digits = !wait.empty() && wait.size() <= 3 && wait.find_first_not_of("0123456789") == std::string::npos;
    if (session.challenge.empty() || session.status != "second_factor_required") return show(visit, 200, session.id, "");
    visit.deps.people.challenges.wait(session.challenge, std::min<int64_t>(digits ? std::stoll(wait) : 0, kLongestWaitS) * 1000,
                                      [visit, session](Result<twofactor::Challenge> challenge) {
        if (challenge && challenge->status == "allowed" && !challenge->consumed_at) return activate(visit, session, challenge->id);
        show(visit, 200, session.id, "");
    });
}

void second_factor(const Visit& visit, const Session& session) {
    auto body = Body::read(*visit.request);
    if (!body) return visit.fail(body.error());
    twofactor::ChallengeRequest asked;
    asked.factor = body->word("factor", {"auto", "push", "phone", "sms", "passcode", "totp", "recovery"}, "auto");
    asked.device = body->text("device", 100);
    asked.passcode = body->text("passcode", 40);
    if (auto wrong = body->finish()) return visit.fail(*wrong);
    if (session.status != "second_factor_required") return visit.fail(problem(409, "second_factor_not_due", "The session is " + session.status + "."));
    asked.integration = visit.deps.people.second_factor_of(session.site);
    if (asked.factor == "totp" || asked.factor == "recovery") asked.factor = "passcode";
    if (asked.integration == twofactor::kOwnFactor && asked.passcode.empty()) return visit.fail(problem(422, "missing_field", "passcode is missing."));
    asked.username = factor_name(visit, session);
    asked.owner = session.owner();
    asked.ip = visit.request->remote_ip;
    asked.site = session.site;
    asked.asked_by = "session/" + session.id;
    asked.return_url = visit.deps.people.public_url() + "/" + session.site;
    asked.guards_production = visit.deps.people.production();
    visit.deps.people.challenges.create(asked, [visit, session](Result<twofactor::Challenge> challenge) {
        if (!challenge) return visit.fail(challenge.error());
        if (challenge->status == "allowed") return activate(visit, session, challenge->id);
        payments::in_unit<bool>(visit.store(), [id = session.id, challenge = challenge->id](store::Tx& tx) { return identity::set_challenge(tx, id, challenge), true; },
                                [visit, id = session.id](Result<bool> stored) {
            if (!stored) return visit.fail(stored.error());
            show(visit, 200, id, "");
        });
    });
}

void change_password(const Visit& visit, const Session& session) {
    auto body = Body::read(*visit.request);
    if (!body) return visit.fail(body.error());
    const std::string current = body->need("current", 1000);
    const std::string fresh = body->need("new", 1000);
    if (auto wrong = body->finish()) return visit.fail(*wrong);
    if (session.status != "active" && session.status != "password_change_required") return visit.fail(problem(409, "sign_in_unfinished", "The session is " + session.status + "."));
    const auto user = visit.store().read([&](store::Session& db) { return identity::load_user(db, session.user); });
    if (!user) return visit.fail(problem(409, "no_password", "This session was opened by a link."));
    if (const std::string fault = identity::password_fault(fresh, user->username); !fault.empty() || fresh == current)
        return visit.fail(problem(422, "password_weak", fault.empty() ? "The new password is the old one." : fault));
    const std::string owner = "password/" + user->username + "/" + session.remote_ip;
    const bool queued = visit.deps.people.passwords.post([visit, session, user, current, fresh, owner] {
        if (!identity::password_fits(current, user->password)) return refused(visit, user->username, owner);
        const std::string hash = identity::hash_password(fresh, visit.deps.random);
        const std::string token = visit.deps.people.sessions.new_token();
        payments::in_unit<bool>(visit.store(), [session, user, hash, token, &people = visit.deps.people](store::Tx& tx) {
            identity::User changed = *user;
            changed.password = hash;
            changed.must_change = false;
            identity::update_user(tx, changed);
            identity::end_sessions_of(tx, user->id, session.id);
            identity::move_session(tx, session.id, identity::Sessions::hash_of(token), session.active() ? "active" : next_status(tx.db, people, session));
            audit(tx, "user/" + user->username, "user.password", user->id, session.remote_ip);
            return true;
        }, [visit, id = session.id, token](Result<bool> stored) {
            if (!stored) return visit.fail(stored.error());
            show(visit, 200, id, token);
        });
    });
    if (!queued) visit.fail(problem(429, "busy", "Too many people are signing in at once; try again."));
}

void begin_totp(const Visit& visit, const Session& session) {
    if (session.status != "active" && session.status != "enrollment_required") return visit.fail(problem(409, "sign_in_unfinished", "The session is " + session.status + "."));
    visit.deps.people.challenges.enroll(twofactor::kOwnFactor, factor_name(visit, session), session.owner(), [visit](Result<Value> begun) {
        if (!begun) return visit.fail(begun.error());
        http::Response response = http::json_response(201, *begun);
        response.headers.push_back({"Cache-Control", "no-store"});
        visit.reply.send(std::move(response));
    });
}

void confirm_totp(const Visit& visit, const Session& session) {
    auto body = Body::read(*visit.request);
    if (!body) return visit.fail(body.error());
    const std::string code = body->need("passcode", 40);
    if (auto wrong = body->finish()) return visit.fail(*wrong);
    if (session.status != "active" && session.status != "enrollment_required") return visit.fail(problem(409, "sign_in_unfinished", "The session is " + session.status + "."));
    const Value what = Value::object({{"passcode", code}});
    visit.deps.people.challenges.confirm_enrollment(twofactor::kOwnFactor, session.owner(), what, [visit, session](Result<Value> confirmed) {
        if (!confirmed) return visit.fail(confirmed.error());
        const std::string token = visit.deps.people.sessions.new_token();
        payments::in_unit<bool>(visit.store(), [session, token](store::Tx& tx) {
            identity::move_session(tx, session.id, identity::Sessions::hash_of(token), "active");
            audit(tx, "session/" + session.id, "second_factor.enroll", session.owner(), session.remote_ip);
            return true;
        }, [visit, session, token, codes = *confirmed](Result<bool> moved) {
            if (!moved) return visit.fail(moved.error());
            http::Response response = http::json_response(200, codes);
            response.headers.push_back({"Cache-Control", "no-store"});
            response.headers.push_back(session_cookie(session.site, token));
            visit.reply.send(std::move(response));
        });
    });
}

void sign_out(const Visit& visit, const Session& session) {
    payments::in_unit<bool>(visit.store(), [session](store::Tx& tx) {
        audit(tx, "session/" + session.id, "session.sign_out", session.id, session.remote_ip);
        return identity::end_session(tx, session.id);
    }, [visit, session](Result<bool> ended) {
        if (!ended) return visit.fail(ended.error());
        http::Response response = http::empty_response(204);
        response.headers.push_back(session_cookie(session.site, ""));
        visit.reply.send(std::move(response));
    });
}

/// A route of the browser's own session, whatever its status.
void add_own(const ApiDeps& deps, http::RouteSpec spec, void (*handler)(const Visit&, const Session&)) {
    deps.router.add(std::move(spec), [deps, handler](const http::RequestPtr& request, http::Reply reply) {
        const Visit visit{deps, request, reply};
        const std::string site = request->query_param("site").value_or(cookie_token(*request, "panel").empty() ? "portal" : "panel");
        auto session = session_of(deps.people, *request, site == "portal" ? "portal" : "panel");
        if (!session) return visit.fail(session.error());
        if (auto real = not_forged(deps.people, *request, *session); !real) return visit.fail(real.error());
        handler(visit, *session);
    });
}

void list(const ApiDeps& deps, const Call& call) {
    Value data = Value::array();
    const int64_t now = deps.service.deps().store.clock().now_ms();
    deps.service.deps().store.read([&](store::Session& db) {
        const auto sessions = identity::list_sessions(db, now);
        for (const Session& s : sessions) {
            const auto user = identity::load_user(db, s.user);
            data.push(Value::object({{"id", s.id}, {"site", s.site}, {"username", user ? Value(user->username) : Value()}, {"customer", s.customer.empty() ? Value() : Value(s.customer)},
                                     {"status", s.status}, {"remote_ip", s.remote_ip}, {"user_agent", s.user_agent}, {"created_at", rfc3339(s.created_at).text},
                                     {"seen_at", rfc3339(s.seen_at).text}, {"expires_at", rfc3339(s.expires_at).text}}));
        }
        return 0;
    });
    call.answer(200, page_json(std::move(data), ""));
}

}  // namespace

void add_session_routes(const ApiDeps& deps) {
    deps.router.add({"POST", "/v1/sessions", ""}, [deps](const http::RequestPtr& request, http::Reply reply) { sign_in({deps, request, reply}); });
    deps.router.add({"POST", "/v1/sessions/link", ""}, [deps](const http::RequestPtr& request, http::Reply reply) { spend_link({deps, request, reply}); });
    add_own(deps, {"GET", "/v1/sessions/current", ""}, show_current);
    add_own(deps, {"DELETE", "/v1/sessions/current", ""}, sign_out);
    add_own(deps, {"POST", "/v1/sessions/current/password", ""}, change_password);
    add_own(deps, {"POST", "/v1/sessions/current/second-factor", ""}, second_factor);
    add_own(deps, {"POST", "/v1/sessions/current/totp", ""}, begin_totp);
    add_own(deps, {"POST", "/v1/sessions/current/totp/confirm", ""}, confirm_totp);
    add_route(deps, {"GET", "/v1/sessions", "admin"}, [deps](const Call& call) { list(deps, call); });
    add_route(deps, {"DELETE", "/v1/sessions/{id}", "admin"}, [deps](const Call& call) {
        payments::in_unit<bool>(deps.service.deps().store, [id = call.request->param("id"), call](store::Tx& tx) {
            if (!identity::end_session(tx, id)) payments::refuse(404, "not_found", "There is no session " + id + ".");
            audit(tx, call.who.name, "session.end", id, call.request->remote_ip);
            return true;
        }, [call](Result<bool> ended) {
            if (!ended) return call.fail(ended.error());
            call.reply.send(http::empty_response(204));
        });
    });
}

}  // namespace turnpike::app
