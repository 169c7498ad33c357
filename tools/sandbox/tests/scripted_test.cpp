#include "tools/sandbox/tests/provider_test.hpp"

namespace sandbox {
namespace {

class ScriptedTest : public ProviderTest {
  protected:
    Response did(const std::string& method, const std::string& path, const std::string& body = "", const std::string& key = "key_turnpike") { return call(method, "/did.example.net/v1" + path, body, {{"X-Api-Key", key}}); }
    Response order(const std::string& method, const std::string& path, const std::string& body = "") { return call(method, "/pay.example.net/v1/orders" + path, body, {{"Authorization", "Bearer key_turnpike"}}); }
    static constexpr const char* kOrder = R"({"reference":"ref1","amount":"10.59","currency":"USD","return_url":"https://s.example/"})";
};

TEST_F(ScriptedTest, ANumberIsBoughtOnceForOneRequest) {
    const std::string body = R"({"number":"442079460000","request":"r1"})";
    EXPECT_EQ(did("POST", "/numbers", body).status, 201);
    EXPECT_EQ(did("POST", "/numbers", body).status, 201);
    EXPECT_EQ(did("POST", "/numbers", R"({"number":"442079460000","request":"r2"})").status, 409);
    EXPECT_EQ(did("POST", "/numbers", R"({"number":"1","request":"r2"})").status, 404);
    EXPECT_EQ(Json::parse(call("POST", "/_sandbox/scriptforge/actions", R"({"action":"numbers"})").body)["bought"], 1);
    EXPECT_EQ(Json::parse(did("GET", "/numbers").body).size(), 1u);
    EXPECT_EQ(Json::parse(did("GET", "/available?prefix=4420").body).size(), 1u);
    EXPECT_EQ(did("DELETE", "/numbers/442079460000").status, 204);
    EXPECT_EQ(did("DELETE", "/numbers/442079460000").status, 404);
    EXPECT_EQ(did("GET", "/numbers", "", "wrong").status, 401);
}

TEST_F(ScriptedTest, AnOrderIsPaidOnceAndRefundedUpToWhatWasCaptured) {
    EXPECT_EQ(order("POST", "", kOrder).status, 201);
    EXPECT_EQ(order("POST", "", kOrder).status, 200);
    act("scriptforge", "pay", "ref1");
    act("scriptforge", "pay", "ref1");
    const Json paid = Json::parse(order("GET", "/by-reference/ref1").body);
    EXPECT_EQ(paid["captured"]["amount"], "10.59");
    EXPECT_EQ(paid["fee"], "0.21");
    const std::string id = paid["id"].get<std::string>();
    EXPECT_EQ(order("POST", "/" + id + "/refunds", R"({"amount":"10.60","reference":"x"})").status, 422);
    const Json once = Json::parse(order("POST", "/" + id + "/refunds", R"({"amount":"3.00","reference":"x"})").body);
    EXPECT_EQ(Json::parse(order("POST", "/" + id + "/refunds", R"({"amount":"3.00","reference":"x"})").body)["id"], once["id"]);
    EXPECT_EQ(ledger("scriptforge").size(), 2u);
    expect_snapshot_keeps_the_ledger(sandbox_, [&] { return ledger("scriptforge"); });
}

}  // namespace
}  // namespace sandbox
