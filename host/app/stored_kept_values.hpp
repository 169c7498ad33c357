#pragma once

#include <map>
#include <mutex>
#include <string>

#include "host/config/keyring.hpp"
#include "host/exchange/kept_values.hpp"
#include "host/store/store.hpp"

namespace turnpike::app {

/// Kept values in memory, the durable ones sealed in the store as well.
class StoredKeptValues final : public exchange::KeptValues {
  public:
    StoredKeptValues(store::Store& store, const config::Keyring& keyring, Random& random);
    std::string cache_json(const std::string& integration) override;
    void store(const std::string& integration, const std::vector<plugins::Keep>& keeps, std::function<void()> stored) override;

  private:
    struct Value {
        std::string text;
        int64_t until_ms = 0;  ///< 0 = for ever
    };
    void write(store::Tx& tx, const std::string& integration, const plugins::Keep& keep);

    store::Store& store_;
    const config::Keyring& keyring_;
    Random& random_;
    std::mutex mutex_;
    std::map<std::string, std::map<std::string, Value>> values_;
};

}  // namespace turnpike::app
