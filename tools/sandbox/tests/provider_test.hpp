#pragma once

#include <gtest/gtest.h>

#include "tools/sandbox/core/desk.hpp"
#include "tools/sandbox/core/sandbox.hpp"

namespace sandbox {

/// Speaks to one emulator of a sandbox of its own.
class ProviderTest : public testing::Test {
  protected:
    Response call(const std::string& method, const std::string& target, const std::string& body = "", std::vector<std::pair<std::string, std::string>> headers = {}) {
        headers.emplace_back("X-Sandbox", "1");
        return sandbox_.handle(method, target, std::move(headers), body, "http://127.0.0.1:1");
    }
    Json act(const std::string& provider, const std::string& action, const std::string& reference, const Json& more = Json::object()) {
        Json body = {{"action", action}, {"reference", reference}};
        body.update(more);
        const Response r = call("POST", "/_sandbox/" + provider + "/actions", body.dump());
        EXPECT_EQ(r.status, 200) << r.body;
        return Json::parse(r.body);
    }
    Json ledger(const std::string& provider) { return Json::parse(call("GET", "/_sandbox/" + provider + "/ledger").body)["data"]; }

    Sandbox sandbox_{7};
};

/// Makes a snapshot, forgets everything, and restores: what an emulator knows must survive.
inline void expect_snapshot_keeps_the_ledger(Sandbox& sandbox, const std::function<Json()>& ledger) {
    const Json before = ledger();
    EXPECT_FALSE(before.empty());
    const Json kept = sandbox.snapshot();
    sandbox.handle("POST", "/_sandbox/reset", {{"X-Sandbox", "1"}}, R"({"seed":7})", "");
    EXPECT_TRUE(ledger().empty());
    sandbox.restore(kept);
    EXPECT_EQ(ledger(), before);
}

}  // namespace sandbox
