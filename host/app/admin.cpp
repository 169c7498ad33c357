#include <cstdio>

#include "host/app/commands.hpp"
#include "host/app/open_store.hpp"
#include "host/base/ids.hpp"
#include "host/identity/password.hpp"
#include "host/identity/users.hpp"

namespace turnpike::app {
namespace {

/// Beside a running host too: the store takes a second writer for the moment this lasts.
int change_user(const config::Config& config, const std::string& name, const std::string& action, const std::function<bool(store::Tx&, const std::string& hash)>& change) {
    SystemClock clock;
    auto engine = store::Engine::of(config.store_url);
    if (!engine) throw Stop{kUsage, engine.error().detail};
    if (auto fits = store::bring_to_schema(**engine, clock); !fits) throw Stop{exit_code_of(fits.error()), fits.error().detail};
    SystemRandom random;
    const std::string password = identity::one_time_password(random);
    const std::string hash = identity::hash_password(password, random);
    const auto db = (*engine)->open(store::Access::read_write);
    std::vector<std::function<void()>> nothing;
    store::Tx tx{*db, clock.now_ms(), nothing};
    db->begin();
    if (!change(tx, hash)) {
        db->rollback();
        return kFindings;
    }
    db->run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, 'command line', $2, $3, '{}')", tx.now_ms, action, name);
    db->commit();
    std::printf("%s: one-time password %s\n", name.c_str(), password.c_str());
    return kFine;
}

}  // namespace

int create_admin(const CommandOptions& options, const std::string& name, bool if_none) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    const std::string folded = identity::fold_username(name);
    if (const std::string fault = identity::username_fault(folded); !fault.empty()) throw Stop{kUsage, fault};
    SystemClock clock;
    SystemRandom random;
    const Ids ids(clock, random);
    bool there = false;
    const int code = change_user(setup.config, folded, "user.create", [&](store::Tx& tx, const std::string& hash) {
        if (if_none && identity::count_users(tx.db) > 0) return !(there = true);
        identity::User user;
        user.id = ids.make("usr_");
        user.username = folded;
        user.role = "owner";
        user.password = hash;
        user.must_change = true;
        return identity::insert_user(tx, user);
    });
    if (there) return kFine;
    if (code != kFine) std::fprintf(stderr, "There is a user %s already; turnpike admin reset %s gives a new password.\n", folded.c_str(), folded.c_str());
    return code;
}

int reset_admin(const CommandOptions& options, const std::string& name) {
    const Setup setup = read_setup(options, NeedKey::no, NeedCode::no);
    const std::string folded = identity::fold_username(name);
    const int code = change_user(setup.config, folded, "user.reset", [&](store::Tx& tx, const std::string& hash) {
        auto user = identity::find_user(tx.db, folded);
        if (!user) return false;
        user->password = hash;
        user->must_change = true;
        user->disabled = false;
        identity::update_user(tx, *user);
        tx.db.run("DELETE FROM sessions WHERE user_id = $1", user->id);
        tx.db.run("DELETE FROM totp WHERE owner = $1", user->id);
        tx.db.run("DELETE FROM recovery_codes WHERE owner = $1", user->id);
        return true;
    });
    if (code != kFine) std::fprintf(stderr, "There is no user %s.\n", folded.c_str());
    return code;
}

}  // namespace turnpike::app
