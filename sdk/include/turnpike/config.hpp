#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "turnpike/json.hpp"

namespace turnpike {

enum class Mode { test, live };
inline std::string_view to_text(Mode mode) { return mode == Mode::live ? "live" : "test"; }

/// What an instance is created from: {"integration","mode","currencies","settings","webhook_url"}.
/// Good only inside the provider's constructor, so text is handed out as copies.  Settings that
/// only proofs need (manifest: "webhook_key": true) are not in it.
class Config {
  public:
    explicit Config(const Json& json) : json_(json) {}

    Mode mode() const { return json_["mode"].text() == "live" ? Mode::live : Mode::test; }
    std::string integration() const { return std::string(json_["integration"].text()); }
    std::string webhook_url() const { return std::string(json_["webhook_url"].text()); }
    std::vector<std::string> currencies() const { return texts(json_["currencies"]); }
    /// Text of any one-valued setting as written: a string, a number, "true" or "false"; "" when
    /// unset.
    std::string setting(std::string_view key) const {
        const Json value = json_["settings"][key];
        if (value.is_true()) return "true";
        if (value.is_false()) return "false";
        return std::string(value.scalar());
    }
    bool enabled(std::string_view key) const { return json_["settings"][key].is_true(); }
    std::vector<std::string> settings(std::string_view key) const {
        return texts(json_["settings"][key]);
    }

    /// Category script only: every script of the installation by name.
    std::map<std::string, std::string> scripts() const {
        std::map<std::string, std::string> out;
        const Json all = json_["scripts"];
        for (const std::string_view name : all.names()) out.emplace(name, all[name].text());
        return out;
    }

  private:
    static std::vector<std::string> texts(const Json& array) {
        std::vector<std::string> out;
        for (const Json& item : array.items()) out.emplace_back(item.text());
        return out;
    }

    Json json_;
};

}  // namespace turnpike
