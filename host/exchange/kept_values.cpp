#include "host/exchange/kept_values.hpp"

#include "host/base/clock.hpp"
#include "host/json/write.hpp"

namespace turnpike::exchange {

std::string MemoryKeptValues::cache_json(const std::string& integration) {
    std::lock_guard lock(mutex_);
    json::Value out = json::Value::object();
    const int64_t now = steady_ms();
    for (const auto& [key, value] : values_[integration])
        if (value.until_ms == 0 || value.until_ms > now) out.set(key, value.text);
    return json::write(out);
}

void MemoryKeptValues::store(const std::string& integration, const std::vector<plugins::Keep>& keeps, std::function<void()> stored) {
    {
        std::lock_guard lock(mutex_);
        auto& values = values_[integration];
        for (const plugins::Keep& keep : keeps) {
            if (keep.value.empty()) values.erase(keep.key);
            else values[keep.key] = {keep.value, keep.ttl_s ? steady_ms() + int64_t{keep.ttl_s} * 1000 : 0};
        }
    }
    stored();
}

}  // namespace turnpike::exchange
