#include <cstdio>

#include "host/app/commands.hpp"
#include "host/app/open_store.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"
#include "host/outgoing/endpoint.hpp"

namespace turnpike::app {
namespace {

/// One sealed text: where it stands, and whose and which field it was sealed for.
struct Place {
    std::string row, owner, field, sealed;
};

/// Seals everything the store holds with the newest key, inside one unit.
class Resealing {
  public:
    Resealing(store::Tx& tx, const config::Keyring& keyring, Random& random) : tx_(tx), keyring_(keyring), random_(random) {}

    int64_t all() {
        texts("SELECT integration, integration, 'kept/' || key, value FROM kept", "UPDATE kept SET value = $2 WHERE integration = $1 AND 'kept/' || key = $3");
        texts("SELECT owner, owner, 'totp', secret FROM totp", "UPDATE totp SET secret = $2 WHERE owner = $1 AND 'totp' = $3");
        const std::string field = std::string("'") + outgoing::kSecretField + "'";
        texts("SELECT id, id, " + field + ", secret FROM webhook_endpoints", "UPDATE webhook_endpoints SET secret = $2 WHERE id = $1 AND " + field + " = $3");
        texts("SELECT id, id, " + field + ", old_secret FROM webhook_endpoints WHERE old_secret IS NOT NULL AND old_secret <> ''", "UPDATE webhook_endpoints SET old_secret = $2 WHERE id = $1 AND " + field + " = $3");
        settings("SELECT id, id, '', definition FROM integrations", "UPDATE integrations SET definition = $2 WHERE id = $1 AND '' = $3");
        settings("SELECT id, id, CAST(version AS TEXT), definition FROM integration_versions", "UPDATE integration_versions SET definition = $2 WHERE id = $1 AND CAST(version AS TEXT) = $3");
        settings("SELECT id, id, '', settings FROM integration_facts", "UPDATE integration_facts SET settings = $2 WHERE id = $1 AND '' = $3");
        return count_;
    }

  private:
    std::vector<Place> places(const std::string& select) {
        std::vector<Place> out;
        auto rows = tx_.db.prepare(select);
        while (rows->step()) out.push_back({rows->text(0), rows->text(1), rows->text(2), rows->text(3)});
        return out;
    }
    void put(const std::string& update, const Place& place, const std::string& value) {
        auto statement = tx_.db.prepare(update);
        statement->bind(1, place.row);
        statement->bind(2, value);
        statement->bind(3, place.field);
        while (statement->step()) {}
    }
    std::string anew(const std::string& owner, const std::string& field, const std::string& sealed) {
        auto out = keyring_.reseal(owner, field, sealed, random_);
        if (!out) throw Stop{kEnvironment, "a value of " + owner + " (" + field + ") does not open with the keys of the file: nothing was changed"};
        ++count_;
        return *out;
    }
    void texts(const std::string& select, const std::string& update) {
        for (const Place& place : places(select)) put(update, place, anew(place.owner, place.field, place.sealed));
    }
    /// Sealed members of a definition's settings, or of an object that is settings as a whole.
    void settings(const std::string& select, const std::string& update) {
        for (const Place& place : places(select)) {
            auto value = json::read(place.sealed);
            if (!value || !value->is_object()) continue;
            json::Value* inside = value->find("settings");
            bool changed = false;
            for (auto& [name, member] : (inside && inside->is_object() ? *inside : *value).members()) {
                const auto text = member.string();
                if (!text || !config::Keyring::is_sealed(*text)) continue;
                member = json::Value(anew(place.owner, name, std::string(*text)));
                changed = true;
            }
            if (changed) put(update, place, json::write(*value));
        }
    }

    store::Tx& tx_;
    const config::Keyring& keyring_;
    Random& random_;
    int64_t count_ = 0;
};

}  // namespace

/// The file has both keys before the store needs the new one: whenever this is cut off, everything opens.
int rotate_key(const CommandOptions& options) {
    const Setup setup = read_setup(options, NeedKey::yes, NeedCode::no);
    SystemClock clock;
    SystemRandom random;
    const auto store = open_writer(setup.config, clock);  // no host seals meanwhile
    if (auto added = config::Keyring::add_key(setup.config.key_file, random); !added) throw Stop{kEnvironment, added.error().detail};
    const auto keyring = config::Keyring::read(setup.config.key_file);
    if (!keyring) throw Stop{kEnvironment, keyring.error().detail};
    const int64_t count = store->committer().ask<int64_t>([&](store::Tx& tx) {
        const int64_t sealed = Resealing(tx, *keyring, random).all();
        tx.db.run("INSERT INTO audit (at, actor, action, object, detail) VALUES ($1, 'command line', 'key.rotate', 'master key', '{}')", tx.now_ms);
        return sealed;
    });
    std::printf("%lld values sealed with a new key; it is the first line of %s\n", static_cast<long long>(count), setup.config.key_file.c_str());
    return kFine;
}

}  // namespace turnpike::app
