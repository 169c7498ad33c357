#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "turnpike/provider.hpp"

namespace script {

/// One script as it is configured: its files, its limits, what it may see.
struct Program {
    std::string name, type;                     ///< type: driver, app or script
    std::map<std::string, std::string> files;   ///< every script by name
    std::string mode;
    std::string integration;
    std::vector<std::pair<std::string, std::string>> variables;
    int64_t timeout_ms = 10'000;
    std::string timeout_action;                 ///< "480 Timeout"
};

/// What came of one function.
struct Ended {
    std::string value;                          ///< JSON; "" when it failed
    int code = 0;                               ///< of a failure: 404, 500, ...
    std::string message, stack;
    bool timed_out = false;
    bool proven = false;                        ///< prove() said yes
    bool ok() const { return code == 0; }
};

/// One run of one function, from the top, with everything the operation was answered so far.  It asks for one thing
/// at a time: beyond the last event it stops, and the next step runs it again.
class Run final : public Surroundings {
  public:
    Run(const Program& program, turnpike::Op& op);

    /// Nothing when the script waits for an answer that is not there yet.
    std::optional<Ended> go(std::string_view function, const std::string& data_json);
    /// {"level","text"} of each line the script said.
    const turnpike::JsonArray& console() const { return console_; }

    std::string call(std::string_view name, std::string_view json) override;
    const std::string* module(std::string_view name) override;
    int64_t now_unix_ms() override { return clock_; }
    void fill(uint8_t* to, uint32_t bytes) override;
    bool must_stop() override { return suspended_; }

  private:
    struct Due {
        std::string what, json;                 ///< "complete" or "fire", and its argument
        int64_t timer = 0;
    };
    std::string job(std::string_view function, const std::string& data_json) const;
    bool is_module(const std::string& source) const;
    Ended stopped(End end) const;
    Ended timeout() const;
    Ended read(const std::string& outcome) const;
    bool advance(Engine& engine, std::optional<Ended>& ended);
    bool wait_until(int64_t due);
    std::string request(const turnpike::Json& asked);
    std::string http(const turnpike::Json& asked);
    std::string service(const turnpike::Json& asked);
    void complete(int64_t at, const turnpike::JsonObject& json) { due_.emplace(at, Due{"complete", json.json()}); }
    std::string prove(const turnpike::Json& claim);
    std::string hash(const turnpike::Json& asked) const;
    std::string environment(const turnpike::Json& asked);
    std::string random(const turnpike::Json& asked);
    void say(const turnpike::Json& line);

    const Program& program_;
    turnpike::Op& op_;
    int64_t began_, clock_, deadline_;
    std::multimap<int64_t, Due> due_;
    turnpike::JsonArray console_;
    std::string environment_;
    int lines_ = 0, requests_ = 0, draws_ = 0;
    bool suspended_ = false, proven_ = false;
};

/// A value of any kind as JSON text again.
std::string json_text(const turnpike::Json& value);

}  // namespace script
