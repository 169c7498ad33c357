#include "host/config/egress.hpp"

#include <algorithm>

#include "host/config/setting_reader.hpp"

namespace turnpike::config {

std::vector<std::string> setting_list(const IntegrationDef& def, const char* key) {
    std::vector<std::string> out;
    const auto found = def.settings.find(key);
    if (found == def.settings.end()) return out;
    std::string text = text_of(found->second);
    std::replace(text.begin(), text.end(), '\n', ',');
    for (size_t from = 0; from <= text.size();) {
        const size_t comma = std::min(text.find(',', from), text.size());
        std::string one = text.substr(from, comma - from);
        one.erase(std::remove(one.begin(), one.end(), ' '), one.end());
        if (!one.empty()) out.push_back(std::move(one));
        from = comma + 1;
    }
    return out;
}

std::vector<std::string> egress_hosts(const IntegrationDef& def, const Manifest& manifest) {
    std::vector<std::string> out;
    const auto found = manifest.egress.find(std::string(to_text(def.mode)));
    if (found == manifest.egress.end()) return out;
    for (std::string host : found->second) {
        const size_t open = host.find("{settings.");
        const size_t close = open == std::string::npos ? open : host.find('}', open);
        if (host == "{settings.allowed_hosts}") {
            for (std::string& one : setting_list(def, "allowed_hosts")) out.push_back(std::move(one));
            continue;
        }
        if (close != std::string::npos) {
            const auto setting = def.settings.find(host.substr(open + 10, close - open - 10));
            if (setting == def.settings.end()) continue;
            host.replace(open, close - open + 1, text_of(setting->second));
        }
        const bool narrowed = !def.egress.empty() && std::find(def.egress.begin(), def.egress.end(), host) == def.egress.end();
        if (!narrowed) out.push_back(host);
    }
    return out;
}

}  // namespace turnpike::config
