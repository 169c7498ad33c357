#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class AcmeTest : public ProviderTest {
  protected:
    Response api(const std::string& method, const std::string& path, const std::string& body = "", const std::string& key = "acme_key_turnpike") {
        return call(method, "/api.acme.example" + path, body, {{"Authorization", "Bearer " + key}});
    }
};

TEST_F(AcmeTest, AnOrderIsMadeOnceAndPaidOnce) {
    const std::string body = R"({"reference":"ref1","cents":1059,"return_to":"https://s.example/"})";
    EXPECT_EQ(api("POST", "/orders", body, "wrong").status, 401);
    EXPECT_EQ(api("POST", "/orders", "{}").status, 422);
    const Json made = Json::parse(api("POST", "/orders", body).body);
    EXPECT_EQ(Json::parse(api("POST", "/orders", body).body)["id"], made["id"]);
    act("acme", "pay", "ref1");
    act("acme", "pay", "ref1");
    EXPECT_EQ(Json::parse(api("GET", "/orders/" + made["id"].get<std::string>()).body)["state"], "paid");
    EXPECT_EQ(Json::parse(api("GET", "/orders?reference=ref1").body)["cents"], 1059);
    EXPECT_EQ(ledger("acme").size(), 1u);
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("acme"); });
}

}  // namespace
}  // namespace sandbox
