#include "host/payments/integration.hpp"

namespace turnpike::payments {

std::shared_ptr<const Integrations::Map> Integrations::all() const {
    std::lock_guard lock(mutex_);
    return map_;
}

IntegrationPtr Integrations::find(const std::string& id) const {
    const auto map = all();
    const auto found = map->find(id);
    return found == map->end() ? nullptr : found->second;
}

void Integrations::replace(Map integrations) {
    auto fresh = std::make_shared<const Map>(std::move(integrations));
    std::lock_guard lock(mutex_);
    map_ = std::move(fresh);
}

void Integrations::quarantine(const std::string& id, const std::string& reason) {
    std::lock_guard lock(mutex_);
    const auto found = map_->find(id);
    if (found == map_->end()) return;
    auto out = std::make_shared<Integration>(*found->second);
    out->instance = nullptr;
    out->unavailable = reason;
    auto fresh = std::make_shared<Map>(*map_);
    (*fresh)[id] = std::move(out);
    map_ = std::move(fresh);
}

}  // namespace turnpike::payments
