#include "host/twofactor/own_factor.hpp"

#include "host/base/crypto.hpp"
#include "host/identity/base32.hpp"
#include "host/identity/totp.hpp"

namespace turnpike::twofactor {
namespace {

constexpr int kRecoveryCodes = 10;

/// What a person types: case, spaces and dashes do not matter.
std::string bare(const std::string& code) {
    std::string out;
    for (const char c : code) {
        if (c == ' ' || c == '-') continue;
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    return out;
}

}  // namespace

bool OwnFactor::enrolled(store::Session& db, const std::string& owner) {
    auto rows = db.query("SELECT 1 FROM totp WHERE owner = $1 AND confirmed_at IS NOT NULL", owner);
    return rows.next();
}

std::string OwnFactor::begin(store::Tx& tx, const std::string& owner) const {
    std::string secret(20, '\0');
    random_.fill(secret.data(), secret.size());
    tx.db.run("INSERT INTO totp (owner, secret, created_at) VALUES ($1, $2, $3) ON CONFLICT (owner) DO UPDATE SET secret = $2, created_at = $3, last_step = 0"
              " WHERE totp.confirmed_at IS NULL", owner, keyring_.seal(owner, "totp", secret, random_), tx.now_ms);
    return secret;
}

bool OwnFactor::take_totp(store::Tx& tx, const std::string& owner, const std::string& code) const {
    auto rows = tx.db.query("SELECT secret, last_step FROM totp WHERE owner = $1", owner);
    if (!rows.next()) return false;
    const auto secret = keyring_.open(owner, "totp", rows.text(0));
    const auto step = secret ? identity::totp_step(*secret, code, tx.now_ms, rows.integer(1)) : std::nullopt;
    if (!step) return false;
    tx.db.run("UPDATE totp SET last_step = $2 WHERE owner = $1", owner, *step);
    return true;
}

std::string OwnFactor::recovery_hash(const std::string& owner, const std::string& code) const {
    return hmac_sha256(keyring_.derive("recovery codes"), owner + "\n" + bare(code));
}

bool OwnFactor::take_recovery(store::Tx& tx, const std::string& owner, const std::string& code) const {
    const std::string hash = recovery_hash(owner, code);
    return tx.db.run("DELETE FROM recovery_codes WHERE owner = $1 AND hash = $2", owner, store::Blob{hash}) != 0;
}

std::optional<std::vector<std::string>> OwnFactor::confirm(store::Tx& tx, const std::string& owner, const std::string& code) const {
    if (enrolled(tx.db, owner) || !take_totp(tx, owner, bare(code))) return std::nullopt;
    tx.db.run("UPDATE totp SET confirmed_at = $2 WHERE owner = $1", owner, tx.now_ms);
    tx.db.run("DELETE FROM recovery_codes WHERE owner = $1", owner);
    std::vector<std::string> out;
    for (int i = 0; i < kRecoveryCodes; ++i) {
        std::string bytes(10, '\0');
        random_.fill(bytes.data(), bytes.size());
        const std::string text = identity::to_base32(bytes);
        out.push_back(text.substr(0, 4) + "-" + text.substr(4, 4) + "-" + text.substr(8, 4) + "-" + text.substr(12, 4));
        const std::string hash = recovery_hash(owner, out.back());
        tx.db.run("INSERT INTO recovery_codes (owner, hash) VALUES ($1, $2)", owner, store::Blob{hash});
    }
    return out;
}

bool OwnFactor::take(store::Tx& tx, const std::string& owner, const std::string& code) const {
    if (!enrolled(tx.db, owner)) return false;
    const std::string text = bare(code);
    return text.size() == 6 ? take_totp(tx, owner, text) : take_recovery(tx, owner, code);
}

void OwnFactor::remove(store::Tx& tx, const std::string& owner) const {
    tx.db.run("DELETE FROM totp WHERE owner = $1", owner);
    tx.db.run("DELETE FROM recovery_codes WHERE owner = $1", owner);
}

}  // namespace turnpike::twofactor
