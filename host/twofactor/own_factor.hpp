#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/random.hpp"
#include "host/config/keyring.hpp"
#include "host/store/committer.hpp"

namespace turnpike::twofactor {

/// TOTP and recovery codes of one owner, which need no vendor.  Call the ones with a Tx inside a unit: taking a code
/// and remembering that it was taken are one step.
class OwnFactor {
  public:
    OwnFactor(const config::Keyring& keyring, Random& random) : keyring_(keyring), random_(random) {}

    /// Whether the owner has confirmed one.
    static bool enrolled(store::Session& db, const std::string& owner);
    /// A fresh secret, raw; it counts from the first right code on.  An unconfirmed one is replaced.
    std::string begin(store::Tx& tx, const std::string& owner) const;
    /// The first right code: recovery codes, shown once.  nullopt when the code is wrong.
    std::optional<std::vector<std::string>> confirm(store::Tx& tx, const std::string& owner, const std::string& code) const;
    /// Takes a code of the app or a recovery code, once.
    bool take(store::Tx& tx, const std::string& owner, const std::string& code) const;
    void remove(store::Tx& tx, const std::string& owner) const;

  private:
    bool take_totp(store::Tx& tx, const std::string& owner, const std::string& code) const;
    bool take_recovery(store::Tx& tx, const std::string& owner, const std::string& code) const;
    std::string recovery_hash(const std::string& owner, const std::string& code) const;

    const config::Keyring& keyring_;
    Random& random_;
};

}  // namespace turnpike::twofactor
