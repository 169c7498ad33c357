#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/config.hpp"
#include "host/http/message.hpp"
#include "host/store/store.hpp"

namespace turnpike::app {

/// Who makes a request and what they may do.
struct Principal {
    std::string name;
    std::vector<std::string> scopes;  ///< {"*"} = all
    std::vector<std::string> modes;
    int64_t expires_at_ms = 0;        ///< 0 = never
    std::vector<std::string> reads;   ///< scopes that only read, beside the others
    bool masked = false;              ///< sees no hook address and no transcript
    bool person = false;              ///< signed in through a page; false = a token
    std::string customer;             ///< whose portal it is; empty elsewhere
    /// Whether it may read in a scope, though perhaps not write.
    bool may_read(const std::string& scope) const;
    bool may(const std::string& scope) const;
    bool in_mode(const std::string& mode) const;
};

/// Scopes that exist (contracts.md 3).
const std::vector<std::string>& known_scopes();

/// API tokens by their hash; those of the file and those of the store.  Any thread.
class Tokens {
  public:
    explicit Tokens(store::Store& store) : store_(store) {}
    /// Replaces the tokens of the file.
    void set_file_tokens(const std::vector<config::ApiToken>& tokens);
    /// A token every scope is granted to, for development only.
    void add_development_token(const std::string& token);
    /// Reads the store's tokens again.
    void reload();
    /// Writes down when each of the store's tokens was last used.
    void flush_last_use();
    /// Failure: 401 unauthorized, 403 forbidden (the scope is missing).
    Result<Principal> authorize(const http::Request& request, const std::string& scope) const;

  private:
    store::Store& store_;
    mutable std::mutex mutex_;
    std::map<std::string, Principal> file_, stored_;
    mutable std::map<std::string, int64_t> used_at_ms_;  ///< by name, since the last flush
};

}  // namespace turnpike::app
