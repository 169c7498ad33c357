#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/json/value.hpp"
#include "host/plugins/step.hpp"

namespace turnpike::plugins {

class KeyDesk;

/// Secrets a plugin may name but need not hold: setting -> its text.
using SettingTexts = std::map<std::string, std::string>;

/// The host's side of one call into a plugin: what the plugin said, the memory it was lent, and what its proofs may
/// use.  Lives on the calling thread's stack for the length of the call.
class Collector {
  public:
    Collector(const SettingTexts& settings, const Inbound* inbound, int64_t now_unix_ms, size_t event_count)
        : settings_(settings), inbound_(inbound), now_unix_ms_(now_unix_ms), event_count_(event_count) {}

    /// Keys named by setting are somebody else's: proofs and signatures with them are asked of the desk.
    void set_key_desk(KeyDesk* desk) { desk_ = desk; }
    KeyDesk* key_desk() const { return desk_; }
    const SettingTexts& settings() const { return settings_; }

    /// The verdict; a second one is a fault.
    void decide(Verdict verdict);
    /// A rule was broken: whatever was said, the outcome is INTERNAL with this hint.  The first one stays.
    void fault(std::string rule);
    /// Bytes that stay until the call returns.
    std::string_view lend(std::string bytes);
    /// The parsed document at these bytes; nullptr when it is not JSON.
    const json::Value* document(std::string_view text);
    /// The JSON text of a part of a document; asking for what is inside it later costs no second parse.
    std::string_view text_of(const json::Value& part);
    const std::string* setting(std::string_view name) const;
    /// Whether the bytes lie in the inbound request or in memory that was lent.
    bool lies_in_message(std::string_view bytes) const;

    Outcome take();

    Outcome& outcome() { return outcome_; }
    int64_t now_unix_ms() const { return now_unix_ms_; }
    size_t event_count() const { return event_count_; }

  private:
    const SettingTexts& settings_;
    const Inbound* inbound_;
    int64_t now_unix_ms_;
    size_t event_count_;
    KeyDesk* desk_ = nullptr;
    Outcome outcome_;
    bool decided_ = false;
    std::string fault_;
    size_t lent_bytes_ = 0;
    std::deque<std::string> lent_;
    struct Parsed {
        std::string text;
        std::optional<json::Value> value;
    };
    const Parsed* parsed(std::string_view text);

    std::unordered_map<std::string_view, std::unique_ptr<Parsed>> documents_;
    std::unordered_map<const char*, const json::Value*> parts_;  ///< where lent text of a part begins -> the part
    std::unordered_map<const json::Value*, std::string_view> part_texts_;
    const Parsed* last_ = nullptr;  ///< plugins ask one document many times in a row
};

/// INTERNAL with a hint that names the plugin's fault.
PluginError internal_fault(std::string rule);

}  // namespace turnpike::plugins

/// What tpk_out points to.
struct tpk_out {
    turnpike::plugins::Collector* collector;
};
